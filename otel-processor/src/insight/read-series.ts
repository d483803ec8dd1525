import { type Fault, isFault, permanent } from '../base/index.ts';
import type { QueryEngine, RangeQuery, RangeSeries } from '../query/types.ts';

/** The series of a range query; histograms are a fault, for they are not numbers. */
export async function readSeries(
  engine: QueryEngine,
  expression: string,
  query: RangeQuery,
): Promise<readonly RangeSeries[] | Fault> {
  const result = await engine.range(expression, query);
  if (isFault(result)) return result;
  const { value } = result;
  if (value.type !== 'matrix') return permanent('invalid', `${value.type}s have no series`);
  if (value.series.some(({ histograms }) => histograms !== undefined && histograms.size > 0)) {
    return permanent(
      'invalid',
      'the result has histograms: take a number out of them, as histogram_count() or histogram_sum() do',
    );
  }
  return value.series;
}
