export { type Episode, type EpisodeList, isEpisode, isEpisodeList } from './anomalies.ts';
export {
  isPrometheusAnswer,
  isPrometheusError,
  isPrometheusSuccess,
  isQueryData,
  isRecord,
  parseSampleValue,
} from './check.ts';
export { type ExplainAnswer, type Explanation, isExplainAnswer, type RelatedSignal } from './explain.ts';
export {
  type ForecastAnswer,
  type ForecastCrossing,
  type ForecastSeries,
  isForecastAnswer,
} from './forecast.ts';
export type {
  ExemplarElement,
  HistogramBucket,
  HistogramPair,
  HistogramValue,
  Labels,
  MatrixElement,
  MetadataEntry,
  PrometheusAnswer,
  PrometheusError,
  PrometheusErrorType,
  PrometheusSuccess,
  QueryData,
  QueryStats,
  SamplePair,
  VectorElement,
} from './prometheus.ts';
export type { ServiceStatus } from './status.ts';
export { isStreamError, isStreamResult, type StreamError, type StreamResult } from './stream.ts';
