import type { StoredMeta } from './meta-file.ts';

/** What the planner looks at. */
export interface PlannedBlock {
  readonly meta: Pick<StoredMeta, 'id' | 'fromMs' | 'toMs' | 'sequence'>;
  /** Has deletions to carry out. */
  readonly hasTombstones: boolean;
}

/**
 * The next blocks to make into one, or undefined when nothing is to be done. In this order: blocks whose ranges
 * overlap; all blocks of an aligned range of `rangeMs` that lies wholly in the past (some block reaches beyond it);
 * one block with deletions. Blocks that would span more than `rangeMs` together are left as they are.
 */
export function planCompaction<Block extends PlannedBlock>(
  blocks: readonly Block[],
  rangeMs: number,
): Block[] | undefined {
  const sorted = [...blocks].sort(
    (a, b) => a.meta.fromMs - b.meta.fromMs || a.meta.sequence - b.meta.sequence,
  );
  return overlapping(sorted, rangeMs) ?? completeRange(sorted, rangeMs) ?? deleted(sorted);
}

function overlapping<Block extends PlannedBlock>(
  sorted: readonly Block[],
  rangeMs: number,
): Block[] | undefined {
  let group: Block[] = [];
  let groupToMs = Number.NEGATIVE_INFINITY;
  for (const block of [...sorted, undefined]) {
    if (block !== undefined && block.meta.fromMs < groupToMs) {
      group.push(block);
      groupToMs = Math.max(groupToMs, block.meta.toMs);
      continue;
    }
    if (group.length > 1 && groupToMs - group[0].meta.fromMs <= rangeMs) return group;
    if (block === undefined) break;
    group = [block];
    groupToMs = block.meta.toMs;
  }
  return undefined;
}

function completeRange<Block extends PlannedBlock>(
  sorted: readonly Block[],
  rangeMs: number,
): Block[] | undefined {
  const newestMs = sorted.reduce(
    (latest, block) => Math.max(latest, block.meta.toMs),
    Number.NEGATIVE_INFINITY,
  );
  const byRange = new Map<number, Block[]>();
  for (const block of sorted) {
    const startMs = Math.floor(block.meta.fromMs / rangeMs) * rangeMs;
    if (block.meta.toMs > startMs + rangeMs || startMs + rangeMs >= newestMs) continue;
    const group = byRange.get(startMs);
    if (group === undefined) byRange.set(startMs, [block]);
    else group.push(block);
  }
  for (const group of byRange.values()) if (group.length > 1) return group;
  return undefined;
}

function deleted<Block extends PlannedBlock>(sorted: readonly Block[]): Block[] | undefined {
  const block = sorted.find((candidate) => candidate.hasTombstones);
  return block === undefined ? undefined : [block];
}
