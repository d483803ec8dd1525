import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesColumns } from '../frames/columns.ts';
import { RangeCache, type Span } from './range-cache.ts';

const stepMs = 1000;
/** What the service would answer: a series at each step, one that begins late. */
function stored({ fromMs, toMs }: Span): SeriesColumns[] {
  const series = (name: string, firstMs: number): SeriesColumns => {
    const timesMs: number[] = [];
    for (let timeMs = fromMs; timeMs <= toMs; timeMs += stepMs) if (timeMs >= firstMs) timesMs.push(timeMs);
    return { labels: { name }, timesMs, values: timesMs.map((timeMs) => timeMs / stepMs) };
  };
  return [series('a', 0), series('late', 40_000)].filter(({ timesMs }) => timesMs.length > 0);
}

test('whatever ranges were asked before, the answer is that of the whole range', () => {
  const span = fc
    .tuple(fc.nat(50), fc.integer({ min: 1, max: 50 }))
    .map(([from, length]) => ({ fromMs: from * stepMs, toMs: (from + length) * stepMs }));
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 8 }), fc.nat(20), (spans, overlap) => {
      const cache = new RangeCache(overlap * stepMs);
      for (const each of spans) {
        const asked = cache.missing('q', each, stepMs);
        expect(cache.merge('q', each, asked, stored(asked))).toEqual(stored(each));
      }
    }),
  );
});

test('of a range that moved on only its end is asked, with the overlap', () => {
  const cache = new RangeCache(5000);
  const first = { fromMs: 0, toMs: 60_000 };
  cache.merge('q', first, first, stored(first));
  expect(cache.missing('q', { fromMs: 10_000, toMs: 70_000 }, stepMs)).toEqual({
    fromMs: 55_000,
    toMs: 70_000,
  });
  expect(cache.missing('other', first, stepMs)).toEqual(first);
});

test('an overlap of nothing keeps nothing; what is oldest goes when there is too much', () => {
  const span = { fromMs: 0, toMs: 60_000 };
  const none = new RangeCache(0);
  none.merge('q', span, span, []);
  expect(none.missing('q', span, stepMs)).toEqual(span);
  const small = new RangeCache(1000, 1);
  small.merge('a', span, span, []);
  small.merge('b', span, span, []);
  expect(small.missing('a', span, stepMs)).toEqual(span);
  expect(small.missing('b', span, stepMs)).not.toEqual(span);
});

test('samples are limited, too: one result that has more than all may have is not kept', () => {
  const span = { fromMs: 0, toMs: 60_000 };
  const cache = new RangeCache(1000, 100, 150);
  cache.merge('a', span, span, stored(span));
  expect(cache.missing('a', span, stepMs)).not.toEqual(span);
  cache.merge('b', span, span, stored(span));
  expect(cache.missing('a', span, stepMs)).toEqual(span);
  expect(cache.missing('b', span, stepMs)).not.toEqual(span);
  const longer = { fromMs: 0, toMs: 200_000 };
  cache.merge('c', longer, longer, stored(longer));
  expect(cache.missing('c', longer, stepMs)).toEqual(longer);
});
