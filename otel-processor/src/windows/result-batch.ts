import { Batch, LabelSet, METRIC_NAME, type SeriesResolver } from '../model/index.ts';
import { labelNameOf } from './label-name.ts';
import type { ViewResult } from './view-types.ts';

/**
 * A window `[start, end)` becomes samples at its end: the one place where windows meet PromQL's `(t - range, t]`.
 * Series get `suffix` to their names; those that the tenant's limits refuse are in the batch's rejections.
 */
export function batchOfResult(result: ViewResult, resolver: SeriesResolver, suffix = ''): Batch {
  const batch = new Batch(result.keyCount);
  const names = result.labelNames.map(labelNameOf);
  result.each((values, series, labels, value) => {
    const pairs: Array<[string, string]> = names.map((name, i) => [name, values[i]]);
    for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i], labels[i + 1]]);
    pairs.push([METRIC_NAME, series + suffix]);
    const labelSet = LabelSet.of(pairs);
    const seriesId = resolver.resolve(labelSet);
    const point = batch.pointCount++;
    if (typeof seriesId === 'number') batch.add(point, seriesId, result.endMs, value);
    else batch.rejections.reject(point, seriesId, () => resolver.describe(seriesId, labelSet));
  });
  return batch;
}
