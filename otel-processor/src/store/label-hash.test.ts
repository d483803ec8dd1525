import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { LabelSet } from '../model/index.ts';
import { hashLabelSet } from './label-hash.ts';

describe('label hash', () => {
  test('is written to disk: known label sets keep their hashes', () => {
    expect(hashLabelSet(LabelSet.empty)).toMatchInlineSnapshot(`6988285091240397`);
    expect(hashLabelSet(LabelSet.from({ __name__: 'up', job: 'api' }))).toMatchInlineSnapshot(
      `6170454418167658`,
    );
    expect(hashLabelSet(LabelSet.from({ __name__: 'π', unit: '°C' }))).toMatchInlineSnapshot(
      `98123579583432`,
    );
  });

  test('is an integer of at most 53 bits, equal for equal sets', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (record) => {
        const hash = hashLabelSet(LabelSet.from(record));
        expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
        expect(hashLabelSet(LabelSet.from({ ...record }))).toBe(hash);
      }),
    );
  });

  test('moving the border between name and value changes it', () => {
    expect(hashLabelSet(LabelSet.from({ ab: 'c' }))).not.toBe(hashLabelSet(LabelSet.from({ a: 'bc' })));
  });

  test('200,000 similar label sets have distinct hashes', () => {
    const prng = createPrng(1);
    const seen = new Set<number>();
    for (let i = 0; i < 200_000; i++) {
      seen.add(hashLabelSet(LabelSet.from({ __name__: 'm', i: String(i), r: String(prng.uint32()) })));
    }
    expect(seen.size).toBe(200_000);
  });
});
