import type { Family } from './family.ts';
import type { Leaf } from './leaf.ts';

/** So many times more often a series must change than another to take its place. */
const TIMES = 2;

/**
 * When there are more signals than may be watched: leaves that change seldom give up their detectors to those that want
 * one and change more often. Totals and what somebody chose stay.
 */
export function makeRoom(
  families: Iterable<{ readonly family: Family; readonly settings: { readonly chosen: boolean } }>,
  signalsMax: number,
): void {
  const waiting: Leaf[] = [];
  const watched: Leaf[] = [];
  for (const { family, settings } of families) {
    if (settings.chosen) continue;
    for (const leaf of family.leaves) {
      if (leaf.signals.some(({ awake }) => awake)) watched.push(leaf);
      else if (leaf.changes > 1) waiting.push(leaf);
    }
  }
  waiting.sort((a, b) => b.changes - a.changes);
  watched.sort((a, b) => a.changes - b.changes);
  const pairs = Math.min(waiting.length, watched.length, signalsMax);
  for (let i = 0; i < pairs && waiting[i].changes > TIMES * watched[i].changes; i++)
    for (const signal of watched[i].signals) signal.sleep();
}
