import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../base/index.ts';
import { type Accumulations, NO_ROW, type Observations } from './aggregator.ts';

export interface Observation {
  readonly timestampMs: number;
  readonly value: number;
  readonly item: string | undefined;
}

export interface AggregatorSuite<Result> {
  create(): Accumulations<Result>;
  /** Throws unless `actual` is a right answer for these observations: exactly, or within the published bound. */
  check(actual: Result, observations: readonly Observation[]): void;
  readonly value?: fc.Arbitrary<number>;
  readonly item?: fc.Arbitrary<string | undefined>;
}

export function columnsOf(observations: readonly Observation[]): Observations {
  return {
    count: observations.length,
    timestampsMs: Float64Array.from(observations, ({ timestampMs }) => timestampMs),
    values: Float64Array.from(observations, ({ value }) => value),
    items: observations.map(({ item }) => item),
  };
}

/** Integers with sums far below 2^53, so that what is exact can be asked to be exact; and missing values. */
const defaultValue = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -1_000_000, max: 1_000_000 }) },
  fc.constant(Number.NaN),
);
const defaultItem = fc.option(
  fc.integer({ min: 0, max: 40 }).map((n) => `item ${n}`),
  { nil: undefined },
);

/** The laws of `Accumulations`, for one class. */
export function aggregatorSuite<Result>(name: string, suite: AggregatorSuite<Result>): void {
  const observation = fc.record({
    timestampMs: fc.integer({ min: -50, max: 50 }),
    value: suite.value ?? defaultValue,
    item: suite.item ?? defaultItem,
  });
  const some = fc.array(observation, { maxLength: 60 });

  const filled = (...parts: ReadonlyArray<readonly Observation[]>): Accumulations<Result> => {
    const accumulations = suite.create();
    accumulations.reserve(parts.length);
    parts.forEach((part, row) => {
      accumulations.addAll(new Uint32Array(part.length).fill(row), columnsOf(part));
    });
    return accumulations;
  };

  describe(name, () => {
    test('add-all gives the right answer, entry by entry too', () => {
      fc.assert(
        fc.property(some, (all) => {
          suite.check(filled(all).result(0), all);
          const single = suite.create();
          single.reserve(1);
          const input = columnsOf(all);
          for (let i = 0; i < input.count; i++) single.add(0, input, i);
          suite.check(single.result(0), all);
        }),
      );
    });

    test('merge is add-all, commutative and associative', () => {
      fc.assert(
        fc.property(some, some, some, (a, b, c) => {
          const left = filled(a, b, c);
          left.merge(0, left, 1);
          left.merge(0, left, 2);
          const right = filled(a, b, c);
          right.merge(1, right, 2);
          right.merge(1, right, 0);
          suite.check(left.result(0), [...a, ...b, ...c]);
          suite.check(right.result(1), [...a, ...b, ...c]);
        }),
      );
    });

    test('an empty row is the identity of merge, on both sides', () => {
      fc.assert(
        fc.property(some, (all) => {
          const rows = filled(all, []);
          const before = rows.result(0);
          rows.merge(0, rows, 1);
          expect(rows.result(0)).toEqual(before);
          rows.merge(1, rows, 0);
          suite.check(rows.result(1), all);
        }),
      );
    });

    test('encoded and decoded it is the same, and continues the same', () => {
      fc.assert(
        fc.property(some, some, (a, b) => {
          const original = filled(a);
          const writer = new ByteWriter(1);
          original.encode(0, writer);
          const bytes = writer.finish();
          const copy = filled(b, b);
          const reader = new ByteReader(bytes);
          copy.decode(0, reader);
          expect(reader.done).toBe(true);
          expect(copy.result(0)).toEqual(original.result(0));
          const again = new ByteWriter(1);
          copy.encode(0, again);
          expect(again.finish()).toEqual(bytes);
          copy.merge(0, copy, 1);
          suite.check(copy.result(0), [...a, ...b]);
          copy.mergeEncoded(1, new ByteReader(bytes));
          suite.check(copy.result(1), [...b, ...a]);
          original.encodeAll(Uint32Array.of(0, 0), 2, again);
          const all = new ByteReader(again.finish());
          copy.clear(0);
          copy.mergeAllEncoded(Uint32Array.from([NO_ROW, 0, 0]), 3, all);
          expect(all.done).toBe(true);
          suite.check(copy.result(0), [...a, ...a]);
        }),
      );
    });

    test('rows are independent, cleared rows are empty, NO_ROW is passed over', () => {
      fc.assert(
        fc.property(some, some, (a, b) => {
          const rows = filled(a, b);
          rows.clear(0);
          suite.check(rows.result(0), []);
          suite.check(rows.result(1), b);
          const other = rows.create();
          other.reserve(2);
          other.mergeAll(Uint32Array.from([NO_ROW, 0]), rows, Uint32Array.from([0, 1]), 2);
          suite.check(other.result(0), b);
          suite.check(other.result(1), []);
          other.addAll(new Uint32Array(a.length).fill(NO_ROW), columnsOf(a));
          suite.check(other.result(0), b);
          other.reserve(100);
          rows.clearAll(Uint32Array.from([1]), 1);
          suite.check(rows.result(1), []);
          rows.addAll(new Uint32Array(b.length).fill(1), columnsOf(b));
          suite.check(rows.result(1), b);
          rows.clearFirst(2);
          suite.check(rows.result(1), []);
          suite.check(other.result(99), []);
          expect(other.sizeBytes).toBeGreaterThan(0);
        }),
      );
    });
  });
}
