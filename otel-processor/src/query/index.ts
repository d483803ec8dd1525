export { type Condition, splitCondition } from './condition.ts';
export { type QueryConfig, queryConfigSchema } from './config.ts';
export { formatExpression, parseExpressionJson } from './describe.ts';
export { createQueryEngine, type QueryPorts } from './engine.ts';
export { equals as sameHistograms } from './histogram/index.ts';
export { parseHistogramNotation } from './notation/histogram.ts';
export {
  type Point,
  parseFloatText,
  parseMetric,
  parseSeriesLine,
  type SeriesLine,
  unquote,
} from './notation/series.ts';
export { ChangeLog, type DataChanges, noteAppends } from './step-cache/index.ts';
export { parseSelector } from './syntax/index.ts';
export { splitTotals, type Totals } from './totals.ts';
export type {
  InstantQuery,
  InstantSample,
  QueryEngine,
  QueryLimits,
  QueryOptions,
  QueryResult,
  QueryStatistics,
  QueryValue,
  RangeQuery,
  RangeSeries,
} from './types.ts';
export { widenRanges } from './widen-ranges.ts';
