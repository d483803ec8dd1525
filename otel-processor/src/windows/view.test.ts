import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RawEvent, ViewUnderTest } from './view-harness.suite.ts';

const FAR_MS = 10_000_000;

interface Arrival {
  readonly event: RawEvent;
  /** Watermark when it came. */
  readonly watermarkMs: number;
}

interface Shape {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly latenessMs: number;
}

/** All numbers of all windows from the raw events, one by one: the definition, without slices or state. */
function bruteForce(
  arrivals: readonly Arrival[],
  { sizeMs, slideMs, latenessMs }: Shape,
): Map<string, number> {
  const windows = new Map<string, RawEvent[]>();
  for (const { event, watermarkMs } of arrivals) {
    const last = Math.floor(event.timestampMs / slideMs) * slideMs;
    for (let startMs = last; startMs > event.timestampMs - sizeMs; startMs -= slideMs) {
      if (startMs + sizeMs + latenessMs <= watermarkMs) continue;
      const key = `${startMs} ${event.attributes['k']}`;
      windows.set(key, [...(windows.get(key) ?? []), event]);
    }
  }
  const numbers = new Map<string, number>();
  for (const [window, events] of windows) {
    const [startMs, key] = window.split(' ');
    const set = (aggregate: string, value: number, more = ''): void => {
      numbers.set(`${startMs} v:${aggregate}{k=${key}${more}}`, value);
    };
    const values = events.map(({ attributes }) => attributes['n'] as number);
    const sum = values.reduce((total, value) => total + value, 0);
    const ordered = [...events].sort(
      (a, b) =>
        a.timestampMs - b.timestampMs || (a.attributes['n'] as number) - (b.attributes['n'] as number),
    );
    set('count', events.length);
    set('rate', events.length / (sizeMs / 1000));
    set('sum', sum);
    set('avg', sum / values.length);
    set('min', Math.min(...values));
    set('max', Math.max(...values));
    set('first', ordered[0].attributes['n'] as number);
    set('last', ordered.at(-1)!.attributes['n'] as number);
    for (const bound of [-5, 0, 50]) {
      set('histogram_bucket', values.filter((value) => value <= bound).length, `,le=${bound}`);
    }
    set('histogram_bucket', values.length, ',le=+Inf');
    const users = new Map<string, number>();
    for (const { attributes } of events) {
      users.set(String(attributes['u']), (users.get(String(attributes['u'])) ?? 0) + 1);
    }
    set('distinct', users.size);
    for (const [user, count] of users) set('top', count, `,u=${user}`);
    set('top:error', 0);
    const sorted = [...values].sort((a, b) => a - b);
    for (const q of [0.5, 0.9]) {
      set('quantiles', sorted[Math.floor(q * (sorted.length - 1) + 1e-9)], `,quantile=${q}`);
    }
  }
  return numbers;
}

function expectNumbers(actual: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [series, value] of expected) {
    const got = actual.get(series)!;
    if (series.includes('v:quantiles')) {
      expect(Math.abs(got - value), series).toBeLessThanOrEqual(0.0109 * Math.abs(value));
    } else if (series.includes('v:distinct')) {
      expect(Math.abs(got - value), series).toBeLessThan(0.01);
    } else {
      expect(got, series).toBe(value);
    }
  }
}

const aggregate = {
  count: {},
  rate: {},
  sum: { of: 'n' },
  avg: { of: 'n' },
  min: { of: 'n' },
  max: { of: 'n' },
  first: { of: 'n' },
  last: { of: 'n' },
  histogram: { of: 'n', bounds: [-5, 0, 50] },
  distinct: { of: 'u', precision: 12 },
  top: { of: 'u', k: 50 },
  quantiles: { of: 'n', at: [0.5, 0.9] },
};

const shapeArbitrary = fc
  .record({
    slideMs: fc.constantFrom(10, 100, 250),
    overlaps: fc.constantFrom(1, 1, 2, 5, 20, 70),
    latenessMs: fc.constantFrom(0, 0, 50, 1000),
  })
  .map(({ slideMs, overlaps, latenessMs }) => ({ sizeMs: slideMs * overlaps, slideMs, latenessMs }));

const eventArbitrary = fc.record({
  name: fc.constantFrom('a', 'a', 'a', 'other'),
  timestampMs: fc.integer({ min: -2000, max: 2000 }),
  source: fc.constantFrom('s', 't'),
  attributes: fc.record({
    k: fc.constantFrom('x', 'y', 'z'),
    u: fc.constantFrom('u1', 'u2', 'u3', 'u4'),
    n: fc.integer({ min: -100, max: 100 }),
  }),
});

const stepArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.array(eventArbitrary, { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
);

function configOf(shape: Shape, guarantee: string, outOfOrderness: string): object {
  const { sizeMs, slideMs, latenessMs } = shape;
  const lateness = `${latenessMs}ms`;
  return {
    name: 'v',
    from: 'a',
    by: ['k'],
    window:
      sizeMs === slideMs
        ? { tumbling: `${sizeMs}ms`, lateness }
        : { sliding: `${sizeMs}ms`, slide: `${slideMs}ms`, lateness },
    aggregate,
    guarantee,
    out_of_orderness: outOfOrderness,
    emit_every: '1ms',
  };
}

describe('every final result equals the brute force over the raw events', () => {
  for (const guarantee of ['fast', 'complete']) {
    test(`${guarantee}: whatever the disorder, batches and restarts`, () => {
      fc.assert(
        fc.property(
          shapeArbitrary,
          fc.array(stepArbitrary, { maxLength: 12 }),
          fc.constantFrom('0s', '300ms', '5s'),
          (shape, steps, outOfOrderness) => {
            const under = new ViewUnderTest(configOf(shape, guarantee, outOfOrderness));
            const arrivals: Arrival[] = [];
            let nowMs = 10_000;
            for (const step of steps) {
              nowMs += 7;
              if (step === 'restart') {
                under.restart();
                continue;
              }
              const { watermarkMs } = under.view.status();
              for (const event of step) if (event.name === 'a') arrivals.push({ event, watermarkMs });
              under.feed(step, nowMs);
            }
            // All sources fall silent: the clock closes what is open.
            under.view.advance(FAR_MS);
            under.view.advance(FAR_MS * 2);
            const expected = bruteForce(arrivals, shape);
            expectNumbers(under.latest(), expected);
            const finals = under.seen.filter(({ isFinal }) => isFinal);
            const finalNumbers = new Map<string, number>();
            for (const { startMs, numbers } of finals) {
              for (const [series, value] of numbers) finalNumbers.set(`${startMs} ${series}`, value);
            }
            expectNumbers(finalNumbers, expected);
            expect(under.view.status().keyCount).toBe(0);
          },
        ),
        { numRuns: 100 },
      );
    });
  }
});

test('complete: one result per window, never revised; fast: revisions count up and end with the final one', () => {
  fc.assert(
    fc.property(shapeArbitrary, fc.array(stepArbitrary, { maxLength: 10 }), (shape, steps) => {
      for (const guarantee of ['fast', 'complete']) {
        const under = new ViewUnderTest(configOf(shape, guarantee, '100ms'));
        let nowMs = 10_000;
        for (const step of steps) {
          nowMs += 7;
          if (step !== 'restart') under.feed(step, nowMs);
        }
        under.view.advance(FAR_MS);
        under.view.advance(FAR_MS * 2);
        const revisions = new Map<number, number>();
        const ended = new Set<number>();
        for (const { startMs, revision, isFinal, kind } of under.seen) {
          expect(revision).toBe((revisions.get(startMs) ?? -1) + 1);
          expect(ended.has(startMs)).toBe(false);
          revisions.set(startMs, revision);
          if (isFinal) ended.add(startMs);
          expect(isFinal).toBe(kind === 'final');
          if (guarantee === 'complete') expect([revision, isFinal]).toEqual([0, true]);
        }
        expect(ended.size).toBe(revisions.size);
      }
    }),
  );
});

test('arrival order and batches do not matter while nothing is late', () => {
  fc.assert(
    fc.property(
      shapeArbitrary,
      fc.array(eventArbitrary, { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      fc.gen(),
      (shape, events, size, gen) => {
        const shuffled = [...events]
          .map((event) => [gen(fc.nat), event] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, event]) => event);
        const results = [events, shuffled].map((order, i) => {
          const under = new ViewUnderTest(configOf(shape, 'complete', '10s'));
          const step = i === 0 ? Math.max(1, events.length) : size;
          for (let at = 0; at < order.length; at += step) under.feed(order.slice(at, at + step), 5000);
          under.view.advance(FAR_MS);
          under.view.advance(FAR_MS * 2);
          return under.latest();
        });
        expect([...results[1]].sort()).toEqual([...results[0]].sort());
      },
    ),
  );
});
