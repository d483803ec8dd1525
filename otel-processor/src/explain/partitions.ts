import type { LabelCodes } from './label-codes.ts';

/** Pairs of values that are numbered in an array; of more than that few exist, and a map is smaller. */
const DENSE_MAX = 1 << 18;

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
      yield { labels: [...base.labels, label], ...refine(base, labels[label]) };
    }
  }
}

/** Parts of the base, parted further by a label's values; numbered in order of first appearance. */
function refine(base: Partition, { codes, count }: LabelCodes): Pick<Partition, 'parts' | 'count'> {
  const parts = new Int32Array(codes.length);
  const pairs = base.count * count;
  let next = 0;
  if (pairs <= DENSE_MAX) {
    // Numbers from 1, so that 0 is none yet.
    const numbers = new Int32Array(pairs);
    for (let leaf = 0; leaf < codes.length; leaf++) {
      const pair = base.parts[leaf] * count + codes[leaf];
      if (numbers[pair] === 0) numbers[pair] = ++next;
      parts[leaf] = numbers[pair] - 1;
    }
    return { parts, count: next };
  }
  const numbers = new Map<number, number>();
  for (let leaf = 0; leaf < codes.length; leaf++) {
    const pair = base.parts[leaf] * count + codes[leaf];
    let part = numbers.get(pair);
    if (part === undefined) {
      part = next++;
      numbers.set(pair, part);
    }
    parts[leaf] = part;
  }
  return { parts, count: next };
}

function addsNothing({ labels, count }: Partition, shorter: readonly Partition[]): boolean {
  return shorter.some(
    (other) => other.count === count && other.labels.every((label) => labels.includes(label)),
  );
}
