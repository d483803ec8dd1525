import type { LabelSet } from '../../model/index.ts';

/** Series per sorted run and per merge step between two turns of the event loop. */
const RUN_LENGTH = 1000;

/** The order of series in a block: by metric name, then by label set, so that what is read together lies together. */
export function compareSeries(a: LabelSet, b: LabelSet): number {
  const nameA = a.metricName ?? '';
  const nameB = b.metricName ?? '';
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a.compare(b);
}

/** Sorts by `compareSeries`, a little at a time: a hundred thousand series must not hold up everything else. */
export async function sortSeries<Item extends { readonly labels: LabelSet }>(
  items: readonly Item[],
  pause: () => Promise<void>,
): Promise<Item[]> {
  const compare = (a: Item, b: Item): number => compareSeries(a.labels, b.labels);
  let sorted: Item[] = [];
  for (let start = 0; start < items.length; start += RUN_LENGTH) {
    for (const item of items.slice(start, start + RUN_LENGTH).sort(compare)) sorted.push(item);
    await pause();
  }
  for (let length = RUN_LENGTH; length < items.length; length *= 2) {
    const merged: Item[] = [];
    for (let start = 0; start < items.length; start += 2 * length) {
      const middle = Math.min(start + length, items.length);
      const end = Math.min(start + 2 * length, items.length);
      let left = start;
      let right = middle;
      while (left < middle || right < end) {
        const takeLeft = right === end || (left < middle && compare(sorted[left], sorted[right]) <= 0);
        merged.push(takeLeft ? sorted[left++] : sorted[right++]);
        if (merged.length % RUN_LENGTH === 0) await pause();
      }
    }
    sorted = merged;
  }
  return sorted;
}
