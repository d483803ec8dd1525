import { type DataFrame, DataFrameType, FieldType } from '@grafana/data';
import { parseSampleValue } from '@statbar/sdk/wire';
import type { HistogramColumns } from './columns.ts';
import { numberField } from './series-frames.ts';

/**
 * Native histograms as cells (`heatmap-cells`): of each bucket the column's end (`xMax`), its bounds (`yMin`, `yMax`) and
 * its count. Histograms of several series at the same time add up where their bounds agree.
 */
export function cellsFrame(
  histograms: readonly HistogramColumns[],
  refId: string,
  stepMs: number,
  unit: string | undefined,
): DataFrame {
  const cells = new Map<string, { xMax: number; yMin: number; yMax: number; count: number }>();
  for (const { histograms: pairs } of histograms) {
    for (const [seconds, { buckets = [] }] of pairs) {
      const xMax = Math.round(seconds * 1000);
      for (const [, lower, upper, count] of buckets) {
        const key = `${xMax} ${lower} ${upper}`;
        const value = parseSampleValue(count);
        const cell = cells.get(key);
        if (cell !== undefined) cell.count += value;
        else
          cells.set(key, {
            xMax,
            yMin: parseSampleValue(lower),
            yMax: parseSampleValue(upper),
            count: value,
          });
      }
    }
  }
  const rows = [...cells.values()].sort((a, b) => a.xMax - b.xMax || a.yMin - b.yMin);
  const bound = unit === undefined ? {} : { unit };
  return {
    refId,
    name: 'cells',
    meta: { type: DataFrameType.HeatmapCells, typeVersion: [0, 1] },
    fields: [
      {
        name: 'xMax',
        type: FieldType.time,
        config: { interval: stepMs },
        values: rows.map(({ xMax }) => xMax),
      },
      numberField(
        'yMin',
        rows.map(({ yMin }) => yMin),
        bound,
      ),
      numberField(
        'yMax',
        rows.map(({ yMax }) => yMax),
        bound,
      ),
      numberField(
        'count',
        rows.map(({ count }) => count),
        { unit: 'short' },
      ),
    ],
    length: rows.length,
  };
}
