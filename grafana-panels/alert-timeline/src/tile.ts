import type { Layout } from './layout.ts';

/** Lanes that exist on the page: [first, last). */
export type Tile = readonly [number, number];

/**
 * The tile that there is, while it has all lanes in sight; else one with half a screen more above and below. Most
 * frames of a scroll move what is there and draw nothing.
 */
export function tileFor(layout: Layout, scrollPx: number, count: number, before?: Tile): Tile {
  const [first, last] = layout.lanesInSight(scrollPx, count);
  if (before !== undefined && before[0] <= first && before[1] >= last && before[1] <= count) {
    // After a resize one may be too large.
    if (before[1] - before[0] <= slotCount(layout)) return before;
  }
  const more = Math.ceil((last - first) / 2);
  return [Math.max(0, first - more), Math.min(count, last + more)];
}

/** No tile has more lanes. */
export function slotCount({ plotHeight, laneHeight }: Layout): number {
  return 2 * (Math.ceil(plotHeight / laneHeight) + 1) + 2;
}
