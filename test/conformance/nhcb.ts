import {
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  type LabelSet,
  METRIC_NAME,
} from '../../otel-processor/src/model/index.ts';
import type { MemoryQuerier } from '../script/memory-querier.ts';

interface Classic {
  readonly labels: LabelSet;
  /** By time, then by upper bound: cumulative count. */
  readonly buckets: Map<number, Map<number, number>>;
  readonly sums: Map<number, number>;
  readonly counts: Map<number, number>;
}

/** Gathers classic histograms from their series and stores them as native ones with custom buckets. */
export class NhcbConverter {
  readonly #families = new Map<string, Classic>();

  add(labels: LabelSet, timeMs: number, value: number): void {
    const name = labels.metricName ?? '';
    const le = labels.get('le');
    if (name.endsWith('_bucket') && le !== undefined) {
      const family = this.#family(labels, name.slice(0, -'_bucket'.length));
      const bounds = family.buckets.get(timeMs) ?? new Map<number, number>();
      bounds.set(le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value);
      family.buckets.set(timeMs, bounds);
    } else if (name.endsWith('_sum')) {
      this.#family(labels, name.slice(0, -'_sum'.length)).sums.set(timeMs, value);
    } else if (name.endsWith('_count')) {
      this.#family(labels, name.slice(0, -'_count'.length)).counts.set(timeMs, value);
    }
  }

  #family(labels: LabelSet, base: string): Classic {
    const own = labels.without(new Set(['le'])).with(METRIC_NAME, base);
    let family = this.#families.get(own.key);
    if (family === undefined) {
      family = { labels: own, buckets: new Map(), sums: new Map(), counts: new Map() };
      this.#families.set(own.key, family);
    }
    return family;
  }

  storeIn(querier: MemoryQuerier): void {
    for (const family of this.#families.values()) {
      for (const [timeMs, bounds] of family.buckets) {
        const histogram = convert(bounds, family.sums.get(timeMs) ?? 0, family.counts.get(timeMs));
        if (histogram !== undefined) querier.add(family.labels, timeMs, histogram);
      }
    }
  }
}

function convert(bounds: Map<number, number>, sum: number, count: number | undefined): Histogram | undefined {
  const sorted = [...bounds].sort((a, b) => a[0] - b[0]);
  const total = count ?? sorted.at(-1)![1];
  if (sorted.at(-1)![0] !== Number.POSITIVE_INFINITY) sorted.push([Number.POSITIVE_INFINITY, total]);
  const positiveBuckets: number[] = [];
  let below = 0;
  for (const [, cumulative] of sorted) {
    if (cumulative < below) return undefined;
    positiveBuckets.push(cumulative - below);
    below = cumulative;
  }
  return {
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count: total,
    sum,
    positiveSpans: [{ offset: 0, length: positiveBuckets.length }],
    positiveBuckets,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: sorted.slice(0, -1).map(([bound]) => bound),
    counterResetHint: 'unknown',
  };
}
