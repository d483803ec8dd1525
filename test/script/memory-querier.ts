import {
  type Histogram,
  type LabelSet,
  type Matcher,
  type MetricMetadata,
  markStale,
} from '../../otel-processor/src/model/index.ts';
import type { TimedSampleBuffer } from '../../otel-processor/src/query/evaluate/samples.ts';
import { detectReset } from '../../otel-processor/src/query/histogram/index.ts';
import {
  type ExemplarSeries,
  growSampleBuffer,
  type Querier,
  type SelectedSeries,
  type StoreStatistics,
} from '../../otel-processor/src/store/types.ts';

/** A sample's value: a float, a histogram, or the end of the series. */
export type Value = number | Histogram | 'stale';

interface Stored {
  readonly labels: LabelSet;
  readonly byTime: Map<number, Value>;
  /** In order of time; undefined after a change. */
  sorted: ReadonlyArray<readonly [number, Value]> | undefined;
}

/** The least that answers queries: everything in maps, nothing compressed. For tests of the query engine. */
export class MemoryQuerier implements Querier {
  readonly #series = new Map<string, Stored>();
  /** Start times by series and sample time. */
  readonly #starts = new Map<string, Map<number, number>>();

  add(labels: LabelSet, timeMs: number, value: Value): void {
    let stored = this.#series.get(labels.key);
    if (stored === undefined) {
      stored = { labels, byTime: new Map(), sorted: undefined };
      this.#series.set(labels.key, stored);
    }
    stored.byTime.set(timeMs, value);
    stored.sorted = undefined;
  }

  addStart(labels: LabelSet, timeMs: number, startMs: number): void {
    const starts = this.#starts.get(labels.key) ?? new Map<number, number>();
    starts.set(timeMs, startMs);
    this.#starts.set(labels.key, starts);
  }

  clear(): void {
    this.#series.clear();
    this.#starts.clear();
  }

  async select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly SelectedSeries[]> {
    const selected: SelectedSeries[] = [];
    for (const stored of this.#series.values()) {
      if (!matchers.every((matcher) => matcher.matches(stored.labels.get(matcher.name) ?? ''))) continue;
      selected.push({ labels: stored.labels, read: (into) => this.#read(stored, fromMs, toMs, into) });
    }
    return selected;
  }

  #read(stored: Stored, fromMs: number, toMs: number, into: TimedSampleBuffer): void {
    stored.sorted ??= withHints([...stored.byTime].sort((a, b) => a[0] - b[0]));
    const samples = stored.sorted;
    const starts = this.#starts.get(stored.labels.key);
    into.count = 0;
    into.histograms = undefined;
    growSampleBuffer(into, samples.length);
    into.startTimesMs = starts === undefined ? undefined : new Float64Array(samples.length);
    for (const [timeMs, value] of samples) {
      if (timeMs < fromMs || timeMs > toMs) continue;
      const at = into.count++;
      into.timestampsMs[at] = timeMs;
      if (starts !== undefined) into.startTimesMs![at] = starts.get(timeMs) ?? 0;
      if (value === 'stale') markStale(into.words, at);
      else if (typeof value === 'number') into.values[at] = value;
      else {
        into.values[at] = 0;
        into.histograms ??= new Map();
        into.histograms.set(at, value);
      }
    }
  }

  async series(matcherSets: readonly (readonly Matcher[])[]): Promise<readonly LabelSet[]> {
    const all = [...this.#series.values()].map(({ labels }) => labels);
    const matches = (labels: LabelSet, set: readonly Matcher[]): boolean =>
      set.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
    return all
      .filter((labels) => matcherSets.length === 0 || matcherSets.some((set) => matches(labels, set)))
      .sort((a, b) => a.compare(b));
  }

  async labelNames(matcherSets: readonly (readonly Matcher[])[]): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const labels of await this.series(matcherSets)) for (const [name] of labels) names.add(name);
    return [...names].sort();
  }

  async labelValues(
    labelName: string,
    matcherSets: readonly (readonly Matcher[])[],
  ): Promise<readonly string[]> {
    const values = new Set<string>();
    for (const labels of await this.series(matcherSets)) {
      const value = labels.get(labelName);
      if (value !== undefined) values.add(value);
    }
    return [...values].sort();
  }

  async exemplars(): Promise<readonly ExemplarSeries[]> {
    return [];
  }

  metadata(): ReadonlyMap<string, readonly MetricMetadata[]> {
    return new Map();
  }

  statistics(): StoreStatistics {
    return {
      seriesCount: this.#series.size,
      chunkCount: 0,
      minTimeMs: 0,
      maxTimeMs: 0,
      labelPairCount: 0,
      seriesCountByMetricName: [],
      labelValueCountByLabelName: [],
      seriesCountByLabelPair: [],
    };
  }
}

/** Gives histograms the hints with which Prometheus's storage hands them out: known after the first of a run. */
function withHints(
  samples: ReadonlyArray<readonly [number, Value]>,
): ReadonlyArray<readonly [number, Value]> {
  let previous: Histogram | undefined;
  return samples.map(([timeMs, value]) => {
    if (typeof value !== 'object') {
      previous = undefined;
      return [timeMs, value] as const;
    }
    const before = previous;
    previous = value;
    return [timeMs, { ...value, counterResetHint: hintAfter(before, value) }] as const;
  });
}

function hintAfter(before: Histogram | undefined, current: Histogram): Histogram['counterResetHint'] {
  if (current.counterResetHint === 'gauge') return 'gauge';
  if (current.counterResetHint === 'reset') return 'reset';
  if (before === undefined || before.counterResetHint === 'gauge') return 'unknown';
  const sameLayout =
    before.schema === current.schema &&
    before.zeroThreshold === current.zeroThreshold &&
    (before.customValues ?? []).join() === (current.customValues ?? []).join();
  if (!sameLayout || current.count < before.count) return 'unknown';
  // A run ends with a reset, and of the first in a run nothing is known.
  return detectReset({ ...current, counterResetHint: 'unknown' }, before) ? 'unknown' : 'not_reset';
}
