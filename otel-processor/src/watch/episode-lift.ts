import type { Episode } from '../model/index.ts';

/** Fewer earlier episodes say nothing of what comes together. */
const EPISODES_MIN = 2;

/**
 * How much more often than by chance an episode of one family had the other in it: of the earlier episodes with `family`,
 * the part that `other` was in too, against the part of all time near which `other` began. Null when either was in fewer
 * than two, or all of them are so near to each other that chance is not known.
 */
export function liftOf(
  episodes: readonly Episode[],
  { family, other, beforeMs, reachMs }: LiftQuestion,
): number | null {
  const own: number[] = [];
  const theirs: number[] = [];
  let together = 0;
  let firstMs = beforeMs;
  for (const { startMs, signal, related } of episodes) {
    if (startMs >= beforeMs) continue;
    firstMs = Math.min(firstMs, startMs);
    const names = new Set([familyOf(signal), ...related.map((each) => familyOf(each.signal))]);
    if (names.has(other)) theirs.push(startMs);
    if (!names.has(family)) continue;
    own.push(startMs);
    if (names.has(other)) together += 1;
  }
  const knownMs = beforeMs - firstMs;
  if (own.length < EPISODES_MIN || theirs.length < EPISODES_MIN || knownMs <= 2 * reachMs) return null;
  const byChance = 1 - (1 - (2 * reachMs) / knownMs) ** theirs.length;
  return together / own.length / byChance;
}

export interface LiftQuestion {
  readonly family: string;
  readonly other: string;
  /** Only episodes that began before count. */
  readonly beforeMs: number;
  /** Episodes that begin so near to each other are one by chance. */
  readonly reachMs: number;
}

/** The metric of a signal: `x` of `x:sum:p95`. */
function familyOf(signal: string): string {
  return signal.replace(/(:sum)?(:(p50|p95|p99|rate))?$/, '');
}
