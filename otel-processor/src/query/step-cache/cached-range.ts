import { type Fault, isFault } from '../../base/index.ts';
import { type Expr, printExpr } from '../syntax/index.ts';
import type { QueryResult, RangeSeries } from '../types.ts';
import { reachAheadMs } from './reach.ts';
import { spliceSeries } from './splice.ts';
import type { StepCache } from './step-cache.ts';

export interface RangeRequest {
  readonly expr: Expr;
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
  readonly lookbackMs: number;
}

export type EvaluateSteps = (fromMs: number, count: number) => Promise<QueryResult | Fault>;

/**
 * Answers a range query with as many steps from the cache as are still true, and evaluates the rest. Results
 * with annotations are not kept: which of its steps an annotation is about is not known.
 */
export async function rangeThroughCache(
  cache: StepCache,
  request: RangeRequest,
  evaluate: EvaluateSteps,
): Promise<QueryResult | Fault> {
  const { expr, fromMs, stepMs, count, lookbackMs } = request;
  const aheadMs = reachAheadMs(expr, stepMs, lookbackMs);
  if (aheadMs === undefined) return evaluate(fromMs, count);
  const phaseMs = ((fromMs % stepMs) + stepMs) % stepMs;
  const key = `${stepMs} ${phaseMs} ${lookbackMs} ${printExpr(expr)}`;
  const toMs = fromMs + (count - 1) * stepMs;
  const { version } = cache;
  const cached = cache.get(key, fromMs, toMs, stepMs, aheadMs);
  const done = cached === undefined ? 0 : Math.round((cached.lastMs - fromMs) / stepMs) + 1;
  const evaluated = done === count ? nothing : await evaluate(fromMs + done * stepMs, count - done);
  if (isFault(evaluated) || evaluated.value.type !== 'matrix') return evaluated;
  const series =
    cached === undefined ? evaluated.value.series : spliceSeries(cached.series, evaluated.value.series);
  if (evaluated.warnings.length === 0 && evaluated.infos.length === 0) {
    cache.put(key, fromMs, toMs, version, owned(series));
  }
  return { ...evaluated, value: { type: 'matrix', series } };
}

/** Columns that do not hold on to larger ones that they are a part of. */
function owned(series: readonly RangeSeries[]): RangeSeries[] {
  return series.map((one) => {
    const { timestampsMs, values } = one;
    if (timestampsMs.buffer.byteLength <= timestampsMs.byteLength * 2) return one;
    return { ...one, timestampsMs: timestampsMs.slice(), values: values.slice() };
  });
}

const nothing: QueryResult = {
  value: { type: 'matrix', series: [] },
  warnings: [],
  infos: [],
  statistics: { evaluationMs: 0, samplesTotal: 0, samplesPeak: 0, seriesTotal: 0 },
};
