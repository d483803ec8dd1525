import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, FaultError } from './index.ts';

test('what the writer wrote the reader reads', () => {
  const entry = fc.record({
    unsigned: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    signed: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
    float: fc.double(),
    word: fc.nat({ max: 0xffff_ffff }),
    text: fc.string({ unit: 'grapheme' }),
  });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const writer = new ByteWriter(1);
      for (const each of entries) {
        writer.uvarint(each.unsigned);
        writer.varint(each.signed);
        writer.float64(each.float);
        writer.uint32(each.word);
        writer.string(each.text);
      }
      const reader = new ByteReader(writer.finish());
      for (const each of entries) {
        expect(reader.uvarint()).toBe(each.unsigned);
        expect(reader.varint()).toBe(each.signed);
        expect(Object.is(reader.float64(), each.float)).toBe(true);
        expect(reader.uint32()).toBe(each.word);
        expect(reader.string()).toBe(each.text);
      }
      expect(reader.done).toBe(true);
    }),
  );
});

test('reading past the end is a fault, not garbage', () => {
  const reader = new ByteReader(new Uint8Array([0x80]));
  expect(() => reader.uvarint()).toThrow(FaultError);
  expect(() => new ByteReader(new Uint8Array(3)).uint32()).toThrow('unexpected end of data');
});
