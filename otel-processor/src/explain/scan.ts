import { LOG_MULTIPLIERS } from './evidence.ts';
import type { Partition } from './partitions.ts';

/** Leaves with some label values in common, and how much more likely the present is if they were multiplied. */
export interface Scope {
  readonly partition: Partition;
  readonly part: number;
  readonly evidence: number;
  readonly logMultiplier: number;
}

/**
 * The `limit` scopes with the most evidence, best first; of equals the one found first. It is the likelihood-ratio scan
 * statistic of Kulldorff ("A spatial scan statistic", 1997) over label values in place of places.
 */
export class Scan {
  readonly #evidence: Float64Array;
  readonly #multipliers: readonly number[];
  readonly #limit: number;
  readonly best: Scope[] = [];

  /** Of the `multipliers`, indices of `LOG_MULTIPLIERS`, each scope takes the best. */
  constructor(evidence: Float64Array, multipliers: readonly number[], limit: number) {
    this.#evidence = evidence;
    this.#multipliers = multipliers;
    this.#limit = limit;
  }

  add(partition: Partition): void {
    const width = this.#multipliers.length;
    const sums = this.#sumsOf(partition);
    for (let part = 0; part < partition.count; part++) {
      const from = part * width;
      let best = 0;
      for (let m = 1; m < width; m++) if (sums[from + m] > sums[from + best]) best = m;
      this.#offer({
        partition,
        part,
        evidence: sums[from + best],
        logMultiplier: LOG_MULTIPLIERS[this.#multipliers[best]],
      });
    }
  }

  #sumsOf({ parts, count }: Partition): Float64Array {
    const evidence = this.#evidence;
    const multipliers = this.#multipliers;
    const width = multipliers.length;
    const sums = new Float64Array(count * width);
    for (let leaf = 0; leaf < parts.length; leaf++) {
      const from = leaf * LOG_MULTIPLIERS.length;
      const to = parts[leaf] * width;
      for (let m = 0; m < width; m++) sums[to + m] += evidence[from + multipliers[m]];
    }
    return sums;
  }

  #offer(scope: Scope): void {
    const { best } = this;
    if (!(scope.evidence > 0)) return;
    if (best.length === this.#limit && scope.evidence <= best[best.length - 1].evidence) return;
    let at = best.length;
    while (at > 0 && best[at - 1].evidence < scope.evidence) at--;
    best.splice(at, 0, scope);
    if (best.length > this.#limit) best.pop();
  }
}
