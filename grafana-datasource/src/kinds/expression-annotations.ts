import { type DataFrame, FieldType } from '@grafana/data';
import type { SeriesColumns } from '../frames/columns.ts';
import { seriesName } from '../frames/names.ts';
import { numberField, textField, timeField } from '../frames/series-frames.ts';
import type { StatBarQuery } from '../model/query.ts';
import { askRange, type KindContext, withNotices } from './context.ts';

interface Happening {
  readonly series: SeriesColumns;
  readonly startMs: number;
  readonly endMs: number;
  /** The first. */
  readonly value: number;
}

/** The times at which an expression has a value other than 0, for instance `changes(version[1m]) > 0`: one for each run of steps. */
export async function expressionAnnotations(query: StatBarQuery, context: KindContext): Promise<DataFrame[]> {
  const { expr, refId, legend } = query;
  const { series, notices } = await askRange(context, expr);
  const found = series.flatMap((each) => happeningsOf(each, context.stepMs));
  found.sort((a, b) => a.startMs - b.startMs);
  const frame: DataFrame = {
    refId,
    name: 'happenings',
    meta: { custom: { statbar: 'happenings' } },
    fields: [
      { ...timeField(found.map(({ startMs }) => startMs)), name: 'time' },
      { ...timeField(found.map(({ endMs }) => endMs)), name: 'timeEnd' },
      textField(
        'title',
        found.map((each) => seriesName(each.series.labels, legend, expr)),
      ),
      textField(
        'text',
        found.map((each) =>
          Object.entries(each.series.labels)
            .filter(([name]) => name !== '__name__')
            .map(([name, value]) => `${name}=${value}`)
            .join(', '),
        ),
      ),
      {
        name: 'tags',
        type: FieldType.other,
        config: {},
        values: found.map(({ series: { labels } }) =>
          Object.entries(labels)
            .filter(([name]) => name !== '__name__')
            .map(([, value]) => value),
        ),
      },
      numberField(
        'value',
        found.map(({ value }) => value),
      ),
    ],
    length: found.length,
  };
  return withNotices([frame], notices);
}

/** Steps without a break between them are one; a single step is a moment, not a region. */
export function happeningsOf(series: SeriesColumns, stepMs: number): Happening[] {
  const found: Happening[] = [];
  let beforeMs = Number.NEGATIVE_INFINITY;
  series.timesMs.forEach((timeMs, i) => {
    const value = series.values[i] as number;
    if (value === 0 || Number.isNaN(value)) return;
    const last = found.at(-1);
    if (last !== undefined && timeMs - beforeMs <= stepMs * 1.5)
      found[found.length - 1] = { ...last, endMs: timeMs };
    else found.push({ series, startMs: timeMs, endMs: timeMs, value });
    beforeMs = timeMs;
  });
  return found;
}
