import { type DataFrame, DataFrameType } from '@grafana/data';
import { parseSampleValue } from '@statbar/sdk/wire';
import type { HistogramColumns } from './columns.ts';
import { seriesName } from './names.ts';
import { numberField } from './series-frames.ts';

/**
 * Native histograms at one time (`histogram`): the bounds of all their buckets, and a column of counts for each series. A
 * series without a bucket has no count there.
 */
export function histogramFrame(
  histograms: readonly HistogramColumns[],
  options: {
    readonly refId: string;
    readonly expression: string;
    readonly legend: string | undefined;
    readonly unit: string | undefined;
  },
): DataFrame {
  const { refId, expression, legend, unit } = options;
  const buckets = new Map<string, { xMin: number; xMax: number; counts: (number | null)[] }>();
  histograms.forEach(({ histograms: pairs }, column) => {
    for (const [lower, upper, count] of (pairs.at(-1)?.[1].buckets ?? []).map(([, ...rest]) => rest)) {
      const key = `${lower} ${upper}`;
      const bucket = buckets.get(key) ?? {
        ...{ xMin: parseSampleValue(lower), xMax: parseSampleValue(upper) },
        counts: histograms.map(() => null),
      };
      bucket.counts[column] = parseSampleValue(count);
      buckets.set(key, bucket);
    }
  });
  const rows = [...buckets.values()].sort((a, b) => a.xMin - b.xMin);
  const bound = unit === undefined ? {} : { unit };
  return {
    refId,
    name: 'histogram',
    meta: { type: DataFrameType.Histogram, typeVersion: [0, 1], executedQueryString: expression },
    fields: [
      numberField(
        'xMin',
        rows.map(({ xMin }) => xMin),
        bound,
      ),
      numberField(
        'xMax',
        rows.map(({ xMax }) => xMax),
        bound,
      ),
      ...histograms.map(({ labels }, column) =>
        numberField(
          'count',
          rows.map(({ counts }) => counts[column] ?? null),
          { displayNameFromDS: seriesName(labels, legend, expression) },
          labels,
        ),
      ),
    ],
    length: rows.length,
  };
}
