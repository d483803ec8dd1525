import type { Exemplar, Histogram, LabelSet, Matcher, MetricMetadata } from '../model/index.ts';

/** Samples of one series in time order, timestamps distinct. Reused between reads to spare the allocator. */
export interface SampleBuffer {
  count: number;
  timestampsMs: Float64Array<ArrayBuffer>;
  /** Staleness markers are NaNs with bits of their own: test with `isStale(words, i)`. */
  values: Float64Array<ArrayBuffer>;
  /** Integer view of `values`. */
  words: Uint32Array<ArrayBuffer>;
  /** Sparse, by index; undefined when the series has no histogram in the range. */
  histograms: Map<number, Histogram> | undefined;
}

export interface SelectHints {
  /** Resolution that the caller will look at, so that a coarser tier may answer; 0 or undefined: every sample. */
  readonly stepMs?: number;
  /** Length of the range vector around each step, 0 or undefined for none. */
  readonly rangeMs?: number;
}

export interface SelectedSeries {
  readonly labels: LabelSet;
  /**
   * Replaces the buffer's content by the series' samples in the selection's [fromMs, toMs]. Synchronous when
   * the data is in memory; a promise when the disk must be read.
   */
  read(into: SampleBuffer): void | Promise<void>;
}

export interface ExemplarSeries {
  readonly labels: LabelSet;
  readonly exemplars: readonly Exemplar[];
}

export interface StoreStatistics {
  readonly seriesCount: number;
  readonly chunkCount: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly labelPairCount: number;
  /** Each at most `limit` long, largest first: [what, count]. */
  readonly seriesCountByMetricName: ReadonlyArray<readonly [string, number]>;
  readonly labelValueCountByLabelName: ReadonlyArray<readonly [string, number]>;
  readonly seriesCountByLabelPair: ReadonlyArray<readonly [string, number]>;
}

/** Where samples leave the store. All time ranges are inclusive at both ends. */
export interface Querier {
  /** Series with at least one sample candidate in the range; in no particular order; no label set twice. */
  select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    hints?: SelectHints,
  ): Promise<readonly SelectedSeries[]>;
  /** Label sets of series that match any of the matcher sets; sorted. */
  series(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly LabelSet[]>;
  /** Sorted; of series that match any of the matcher sets, or of all when there is none. */
  labelNames(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]>;
  labelValues(
    labelName: string,
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]>;
  exemplars(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly ExemplarSeries[]>;
  metadata(metricName?: string): ReadonlyMap<string, readonly MetricMetadata[]>;
  statistics(limit: number): StoreStatistics;
}

export function createSampleBuffer(capacity = 256): SampleBuffer {
  const values = new Float64Array(capacity);
  return {
    count: 0,
    timestampsMs: new Float64Array(capacity),
    values,
    words: new Uint32Array(values.buffer),
    histograms: undefined,
  };
}

/** Makes room for `capacity` samples, keeping what is there. */
export function growSampleBuffer(buffer: SampleBuffer, capacity: number): void {
  if (capacity <= buffer.timestampsMs.length) return;
  const size = Math.max(capacity, buffer.timestampsMs.length * 2);
  const timestampsMs = new Float64Array(size);
  timestampsMs.set(buffer.timestampsMs);
  const values = new Float64Array(size);
  values.set(buffer.values);
  buffer.timestampsMs = timestampsMs;
  buffer.values = values;
  buffer.words = new Uint32Array(values.buffer);
}
