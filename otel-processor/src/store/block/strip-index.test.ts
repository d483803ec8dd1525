import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeStrip, encodeStrip, type StripContent, StripLayout } from './strip-index.ts';

/** Series with and without samples, time columns and pages of any size. */
const aStrip: fc.Arbitrary<StripContent> = fc
  .record({
    present: fc.array(fc.boolean(), { minLength: 1, maxLength: 300 }),
    columns: fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 999 })), { minLength: 1, maxLength: 20 }),
    cut: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ present, columns, cut }) => {
    let column = 0;
    const timeIds = Uint32Array.from(present, (has) => (has ? 1 + (column++ % columns.length) : 0));
    return {
      fromMs: -5000,
      toMs: 5000,
      timePages: pagesFor(columns.length, cut),
      timeColumns: columns.map(([count, at]) => ({
        count,
        minTimeMs: at - 5000,
        maxTimeMs: at - 5000 + count,
      })),
      valuePages: pagesFor(column, cut),
      timeIds,
    };
  });

function pagesFor(slots: number, cut: number): StripContent['timePages'] {
  const pages: StripContent['timePages'] = [];
  for (let at = 0; at < slots; at += cut) {
    pages.push({ offset: at * 10, sizeBytes: 10, slotCount: Math.min(cut, slots - at) });
  }
  return pages;
}

describe('strip index', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(aStrip, (strip) => {
        expect(decodeStrip(encodeStrip(strip), strip.timeIds.length, 100_000)).toEqual(strip);
      }),
    );
  });

  test('every series with samples has a slot of its own, in order, and time columns likewise', () => {
    fc.assert(
      fc.property(aStrip, (strip) => {
        const layout = new StripLayout(strip);
        const expected = strip.valuePages.flatMap(({ slotCount }, page) =>
          Array.from({ length: slotCount }, (_, slot) => [page, slot]),
        );
        const found: number[][] = [];
        strip.timeIds.forEach((id, series) => {
          if (id === 0) return;
          const page = layout.valuePageOf(series);
          found.push([page, layout.valueSlotOf(series, page)]);
        });
        expect(found).toEqual(expected);
        const columns = strip.timeColumns.map((_, column) => {
          const page = layout.timePageOf(column);
          return [page, layout.timeSlotOf(column, page)];
        });
        expect(columns).toEqual(
          strip.timePages.flatMap(({ slotCount }, page) =>
            Array.from({ length: slotCount }, (_, slot) => [page, slot]),
          ),
        );
      }),
    );
  });
});
