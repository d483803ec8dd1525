import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipPrefix } from './ip-prefix.ts';

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['255.255.255.255', '255.255.255.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:DB8:0001::1', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8::/48'],
  ['::1', '::/48'],
  ['::', '::/48'],
  ['fe80::1%eth0', 'fe80::/48'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['64:ff9b::192.0.2.77', '64:ff9b::/48'],
])('%s is in %s', (address, network) => {
  expect(ipPrefix(address, 24, 48)).toBe(network);
});

test.each([
  '',
  'localhost',
  '192.0.2',
  '192.0.2.256',
  '192.0.02.1',
  '192.0.2.1:80',
  '1.2.3.4.5',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '1.2.3.4::',
  'g::',
  '[2001:db8::1]',
  ':'.repeat(1000),
])('%j is not an address', (text) => {
  expect(ipPrefix(text, 24, 48)).toBeUndefined();
});

test('addresses have the same network exactly when their first bits are the same', () => {
  const bytes = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(bytes, bytes, fc.nat(32), (a, b, bits) => {
      const number = (parts: number[]): bigint => parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
      const same = number(a) >> BigInt(32 - bits) === number(b) >> BigInt(32 - bits);
      expect(ipPrefix(a.join('.'), bits, 48) === ipPrefix(b.join('.'), bits, 48)).toBe(same);
    }),
  );
  const groups = fc.array(fc.constantFrom(0, 1, 0xffff, 0x8000), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, groups, fc.nat(128), (a, b, bits) => {
      const number = (parts: number[]): bigint =>
        parts.reduce((sum, part) => sum * 65536n + BigInt(part), 0n);
      const same = number(a) >> BigInt(128 - bits) === number(b) >> BigInt(128 - bits);
      const text = (parts: number[]): string => parts.map((part) => part.toString(16)).join(':');
      fc.pre(number(a) >> 32n !== 0xffffn && number(b) >> 32n !== 0xffffn);
      expect(ipPrefix(text(a), 24, bits) === ipPrefix(text(b), 24, bits)).toBe(same);
    }),
  );
});
