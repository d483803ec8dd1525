/** Items per sorted run, and per merge step between two turns of the event loop. */
const RUN_LENGTH = 1000;

/**
 * A sorted copy, made a little at a time: a hundred thousand strings must not hold up everything else. Merge sort
 * (Knuth, TAOCP 3, 5.2.4), bottom up; stable.
 */
export async function sortInSlices<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
  pause: () => Promise<void>,
): Promise<Item[]> {
  if (items.length <= RUN_LENGTH) return [...items].sort(compare);
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

/** By UTF-16 code unit, as JavaScript compares. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
