import { describe, expect, test } from 'vitest';
import { LabelNamer, labelName } from './label-name.ts';
import { nameStrategy } from './metric-name.ts';
import { decimalText } from './number-text.ts';

const escaping = nameStrategy('UnderscoreEscapingWithSuffixes');
const utf8 = nameStrategy('NoUTF8EscapingWithSuffixes');
const never = (key: string): never => {
  throw new Error(`unnameable ${key}`);
};

describe('label names', () => {
  test.each([
    ['http.method', 'http_method'],
    ['a..b--c', 'a_b_c'],
    ['1st', 'key_1st'],
    ['_private', '_private'],
    ['__meta__', '__meta__'],
    ['__a.b__', '__a_b__'],
    ['ключ1', '_1'],
    ['日本', ''],
    ['_', ''],
  ])('%s is %s', (key, expected) => {
    expect(labelName(escaping, key)).toBe(expected);
  });

  test('stay as they are without escaping', () => {
    expect(labelName(utf8, 'http.method')).toBe('http.method');
  });
});

describe('attributes', () => {
  test('that collide are joined with ; in the order of their keys', () => {
    const labels = new LabelNamer(escaping).translate(
      [
        ['a_b', 'third'],
        ['a.b', 'second'],
        ['a-b', 'first'],
        ['c', 'alone'],
      ],
      never,
    );
    expect([...labels].sort()).toEqual([
      ['a_b', 'first;second;third'],
      ['c', 'alone'],
    ]);
  });

  test('of equal keys: the last wins', () => {
    const labels = new LabelNamer(escaping).translate(
      [
        ['a', 'old'],
        ['a', 'new'],
      ],
      never,
    );
    expect([...labels]).toEqual([['a', 'new']]);
  });

  test('of which no name is left are reported', () => {
    const seen: string[] = [];
    new LabelNamer(escaping).translate([['日本', 'x']], (key) => seen.push(key));
    expect(seen).toEqual(['日本']);
  });
});

test.each([
  [0.005, '0.005'],
  [10, '10'],
  [1e21, '1000000000000000000000'],
  [1.5e-7, '0.00000015'],
  [-2.5e22, '-25000000000000000000000'],
  [Number.POSITIVE_INFINITY, '+Inf'],
])('%d is written %s in le and quantile', (value, expected) => {
  expect(decimalText(value)).toBe(expected);
});
