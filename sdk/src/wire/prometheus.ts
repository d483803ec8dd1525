/**
 * Answers of the Prometheus HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/).
 * Timestamps are seconds since the epoch; sample values are text, so that `NaN`, `+Inf` and `-Inf` survive JSON.
 */
export type PrometheusAnswer<Data> = PrometheusSuccess<Data> | PrometheusError;

export interface PrometheusSuccess<Data> {
  readonly status: 'success';
  readonly data: Data;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export type PrometheusErrorType =
  | 'bad_data'
  | 'execution'
  | 'canceled'
  | 'timeout'
  | 'internal'
  | 'not_found'
  | 'unavailable'
  | 'not_acceptable'
  | 'unauthorized'
  | 'forbidden'
  | 'too_many_requests';

export interface PrometheusError {
  readonly status: 'error';
  readonly errorType: PrometheusErrorType;
  readonly error: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;
/** [seconds since the epoch, value]. */
export type SamplePair = readonly [timestampSeconds: number, value: string];

/** Bounds: 0 is (lower, upper], 1 is [lower, upper), 2 is (lower, upper), 3 is [lower, upper]. */
export type HistogramBucket = readonly [bounds: 0 | 1 | 2 | 3, lower: string, upper: string, count: string];

export interface HistogramValue {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly HistogramBucket[];
}

export type HistogramPair = readonly [timestampSeconds: number, histogram: HistogramValue];

export interface VectorElement {
  readonly metric: Labels;
  readonly value?: SamplePair;
  readonly histogram?: HistogramPair;
}

export interface MatrixElement {
  readonly metric: Labels;
  readonly values?: readonly SamplePair[];
  readonly histograms?: readonly HistogramPair[];
}

export type QueryData = (
  | { readonly resultType: 'vector'; readonly result: readonly VectorElement[] }
  | { readonly resultType: 'matrix'; readonly result: readonly MatrixElement[] }
  | { readonly resultType: 'scalar'; readonly result: SamplePair }
  | { readonly resultType: 'string'; readonly result: SamplePair }
) & { readonly stats?: QueryStats };

export interface QueryStats {
  readonly timings: Readonly<Record<string, number>>;
  readonly samples: { readonly totalQueryableSamples: number; readonly peakSamples: number };
}

export interface MetadataEntry {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface ExemplarElement {
  readonly seriesLabels: Labels;
  readonly exemplars: ReadonlyArray<{
    readonly labels: Labels;
    readonly value: string;
    readonly timestamp: number;
  }>;
}
