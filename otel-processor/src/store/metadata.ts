import type { Counter } from '../base/index.ts';
import type { MetricMetadata } from '../model/index.ts';

/** Different descriptions kept of one metric: several services may disagree. */
const VARIANTS_MAX = 4;

/** What is known about metric names, at most `limit` names; the newest description first. */
export class Metadata {
  readonly #limit: number;
  readonly #refused: Counter;
  readonly #byName = new Map<string, MetricMetadata[]>();

  constructor(limit: number, refused: Counter) {
    this.#limit = limit;
    this.#refused = refused;
  }

  /** Those that say something new. */
  add(metadata: readonly MetricMetadata[]): MetricMetadata[] {
    const added: MetricMetadata[] = [];
    for (const item of metadata) {
      const known = this.#byName.get(item.metricName);
      if (known?.some((other) => isSame(other, item)) === true) continue;
      if (known === undefined && this.#byName.size >= this.#limit) {
        this.#refused.add(1);
        continue;
      }
      this.#byName.set(item.metricName, [item, ...(known ?? [])].slice(0, VARIANTS_MAX));
      added.push(item);
    }
    return added;
  }

  select(metricName?: string): ReadonlyMap<string, readonly MetricMetadata[]> {
    if (metricName === undefined) return new Map(this.#byName);
    const known = this.#byName.get(metricName);
    return known === undefined ? new Map() : new Map([[metricName, known]]);
  }

  /** In an order in which `add` gives back the same state. */
  all(): MetricMetadata[] {
    return [...this.#byName.values()].flatMap((variants) => variants.toReversed());
  }
}

function isSame(a: MetricMetadata, b: MetricMetadata): boolean {
  return a.type === b.type && a.unit === b.unit && a.help === b.help;
}
