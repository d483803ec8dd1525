export { type QueryConfig, queryConfigSchema } from './config.ts';
export { formatExpression, parseExpressionJson } from './describe.ts';
export { createQueryEngine, type QueryPorts } from './engine.ts';
export { parseSelector } from './syntax/index.ts';
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
