import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intern, placesOf, union } from './intern.ts';

const number = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NaN),
);

test('every line gets its number back, and numbers ascend, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(number, fc.constant(null))), (values) => {
      const { distinct, ids } = intern(values, values.length);
      const numbers = values.map((value) => value ?? Number.NaN);
      expect(Array.from(ids, (id) => (id < 0 ? Number.NaN : distinct[id]))).toEqual(numbers);
      const known = new Set(numbers.filter((value) => !Number.isNaN(value)));
      expect([...distinct]).toEqual([...known].sort((a, b) => a - b));
    }),
  );
});

test('numbers of several columns are found among all of them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ max: 9, min: 0 })), { minLength: 1 }), (columns) => {
      const read = columns.map((values) => intern(values, values.length).distinct);
      const all = union(read);
      for (const column of read)
        expect(Array.from(placesOf(column, all), (place) => all[place])).toEqual([...column]);
    }),
  );
});
