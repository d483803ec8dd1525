import type { LabelCodes } from './label-codes.ts';

/** All leaves, parted by the values of some labels together. */
export interface Partition {
  /** Indices of the labels, rising. */
  readonly labels: readonly number[];
  /** By leaf: its part. */
  readonly parts: Int32Array;
  readonly count: number;
}

/**
 * Every combination of up to `labelsMax` labels, fewer labels first. With `dropImplied` those are left out in which a
 * label adds nothing to the others, because its value follows from theirs.
 */
export function* partitions(
  labels: readonly LabelCodes[],
  labelsMax: number,
  dropImplied: boolean,
): Generator<Partition> {
  let shorter: Partition[] = [];
  for (let size = 1; size <= Math.min(labelsMax, labels.length); size++) {
    const longer: Partition[] = [];
    for (const partition of size === 1 ? labels.map(single) : refinements(labels, shorter)) {
      if (dropImplied && size > 1 && addsNothing(partition, shorter)) continue;
      longer.push(partition);
      yield partition;
    }
    shorter = longer;
  }
}

function single({ codes, count }: LabelCodes, index: number): Partition {
  return { labels: [index], parts: codes, count };
}

function* refinements(labels: readonly LabelCodes[], shorter: readonly Partition[]): Generator<Partition> {
  for (const base of shorter) {
    for (let label = base.labels[base.labels.length - 1] + 1; label < labels.length; label++) {
      const { codes, count } = labels[label];
      const numbers = new Map<number, number>();
      const parts = new Int32Array(codes.length);
      for (let leaf = 0; leaf < codes.length; leaf++) {
        const pair = base.parts[leaf] * count + codes[leaf];
        let part = numbers.get(pair);
        if (part === undefined) {
          part = numbers.size;
          numbers.set(pair, part);
        }
        parts[leaf] = part;
      }
      yield { labels: [...base.labels, label], parts, count: numbers.size };
    }
  }
}

function addsNothing({ labels, count }: Partition, shorter: readonly Partition[]): boolean {
  return shorter.some(
    (other) => other.count === count && other.labels.every((label) => labels.includes(label)),
  );
}
