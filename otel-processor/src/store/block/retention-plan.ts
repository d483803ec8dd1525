import type { BlockMeta } from '../block-types.ts';

export interface RetentionLimits {
  /** 0: none. */
  readonly timeMs: number;
  /** 0: none. */
  readonly sizeBytes: number;
}

/** Why a block goes. */
export type RetentionReason = 'time' | 'size';

/** Blocks that retention removes at `nowMs`, oldest first, each with the limit that it hit. */
export function planRetention<Meta extends BlockMeta>(
  metas: readonly Meta[],
  limits: RetentionLimits,
  nowMs: number,
): Array<readonly [Meta, RetentionReason]> {
  const oldestFirst = [...metas].sort((a, b) => a.maxTimeMs - b.maxTimeMs || a.minTimeMs - b.minTimeMs);
  let leftBytes = metas.reduce((total, meta) => total + meta.sizeBytes, 0);
  const removals: Array<readonly [Meta, RetentionReason]> = [];
  for (const meta of oldestFirst) {
    const tooOld = limits.timeMs > 0 && meta.maxTimeMs < nowMs - limits.timeMs;
    const tooMuch = limits.sizeBytes > 0 && leftBytes > limits.sizeBytes;
    if (!tooOld && !tooMuch) continue;
    removals.push([meta, tooOld ? 'time' : 'size']);
    leftBytes -= meta.sizeBytes;
  }
  return removals;
}
