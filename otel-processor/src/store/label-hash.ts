import { mix32 } from '../base/index.ts';
import type { LabelSet } from '../model/index.ts';

/**
 * A 53-bit hash of a label set: the same on every machine and in every version, because it is written to disk.
 * It is not keyed, so it only narrows a search; whoever relies on equality compares the labels as well.
 */
export function hashLabelSet(labels: LabelSet): number {
  let low = 0x9e3779b9 | 0;
  let high = 0x243f6a88 | 0;
  for (const part of labels.pairs) {
    // The length goes in first, so that the borders between names and values count.
    low = Math.imul(low ^ part.length, 0x85ebca6b);
    high = Math.imul(high ^ part.length, 0xc2b2ae35);
    for (let i = 0; i < part.length; i++) {
      const unit = part.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x01000193) ^ (low >>> 15);
      high = Math.imul(high ^ unit, 0x5bd1e995) ^ (high >>> 13);
    }
  }
  const mixedLow = mix32(low ^ (high >>> 7));
  const mixedHigh = mix32(high ^ mixedLow);
  return (mixedHigh >>> 11) * 0x1_0000_0000 + (mixedLow >>> 0);
}
