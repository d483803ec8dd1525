import type { Evidence } from './evidence.ts';
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
  readonly #evidence: Evidence;
  readonly #limit: number;
  #sums = new Float64Array(0);
  readonly best: Scope[] = [];

  constructor(evidence: Evidence, limit: number) {
    this.#evidence = evidence;
    this.#limit = limit;
  }

  add(partition: Partition): void {
    const { logMultipliers } = this.#evidence;
    const width = logMultipliers.length;
    const sums = this.#sumsOf(partition);
    for (let part = 0; part < partition.count; part++) {
      const from = part * width;
      let best = from;
      for (let at = from + 1; at < from + width; at++) if (sums[at] > sums[best]) best = at;
      if (this.#isWanted(sums[best]))
        this.#keep({ partition, part, evidence: sums[best], logMultiplier: logMultipliers[best - from] });
    }
  }

  #sumsOf({ parts, count }: Partition): Float64Array {
    const { byLeaf, logMultipliers } = this.#evidence;
    const width = logMultipliers.length;
    if (this.#sums.length < count * width) this.#sums = new Float64Array(count * width);
    const sums = this.#sums.fill(0, 0, count * width);
    for (let leaf = 0; leaf < parts.length; leaf++) {
      const from = leaf * width;
      const to = parts[leaf] * width;
      for (let m = 0; m < width; m++) sums[to + m] += byLeaf[from + m];
    }
    return sums;
  }

  #isWanted(evidence: number): boolean {
    const { best } = this;
    return evidence > 0 && (best.length < this.#limit || evidence > best[best.length - 1].evidence);
  }

  #keep(scope: Scope): void {
    const { best } = this;
    let at = best.length;
    while (at > 0 && best[at - 1].evidence < scope.evidence) at--;
    best.splice(at, 0, scope);
    if (best.length > this.#limit) best.pop();
  }
}
