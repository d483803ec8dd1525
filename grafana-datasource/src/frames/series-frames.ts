import {
  type DataFrame,
  DataFrameType,
  type DataLink,
  type Field,
  type FieldConfig,
  FieldType,
} from '@grafana/data';
import type { Labels } from '@statbar/sdk/wire';
import type { SeriesColumns } from './columns.ts';
import { seriesName } from './names.ts';

/** From a series' labels to what is known beside it. */
export type LinksOf = (labels: Labels) => readonly DataLink[];

export interface SeriesFrameOptions {
  readonly refId: string;
  readonly expression: string;
  readonly legend?: string | undefined;
  readonly unit?: string | undefined;
  readonly stepMs?: number | undefined;
  readonly linksOf?: LinksOf;
}

export function timeField(timesMs: number[], stepMs?: number): Field<number> {
  return {
    name: 'Time',
    type: FieldType.time,
    config: stepMs === undefined ? {} : { interval: stepMs },
    values: timesMs,
  };
}

export function numberField(
  name: string,
  values: (number | null)[],
  config: FieldConfig = {},
  labels?: Readonly<Record<string, string>>,
): Field {
  return {
    name,
    type: FieldType.number,
    config,
    values,
    ...(labels === undefined ? {} : { labels: { ...labels } }),
  };
}

export function textField(
  name: string,
  values: (string | null)[],
  config: FieldConfig = {},
): Field<string | null> {
  return { name, type: FieldType.string, config, values };
}

/** What a field says of itself, besides its values. */
export function configOf(
  name: string | undefined,
  { unit, links = [] }: { readonly unit?: string | undefined; readonly links?: readonly DataLink[] },
  custom?: Readonly<Record<string, unknown>>,
): FieldConfig {
  return {
    ...(name === undefined ? {} : { displayNameFromDS: name }),
    ...(unit === undefined ? {} : { unit }),
    ...(links.length === 0 ? {} : { links: [...links] }),
    ...(custom === undefined ? {} : { custom: { ...custom } }),
  };
}

/** One frame for each series (`timeseries-multi`), with gaps where a series has no sample for a step. */
export function seriesFrames(series: readonly SeriesColumns[], options: SeriesFrameOptions): DataFrame[] {
  const { refId, expression, legend, stepMs, unit, linksOf } = options;
  return series.map(({ labels, timesMs, values }) => {
    const name = seriesName(labels, legend, expression);
    const gaps = stepMs === undefined ? { timesMs, values } : withGaps(timesMs, values, stepMs);
    return {
      refId,
      name,
      meta: {
        type: DataFrameType.TimeSeriesMulti,
        typeVersion: [0, 1],
        executedQueryString: expression,
        preferredVisualisationType: 'graph',
      },
      fields: [
        timeField(gaps.timesMs, stepMs),
        numberField(
          labels['__name__'] ?? 'Value',
          gaps.values,
          configOf(name, { unit, links: linksOf?.(labels) ?? [] }),
          labels,
        ),
      ],
      length: gaps.timesMs.length,
    };
  });
}

/** One null where steps are missing: a line that is drawn through a gap claims what nobody measured. */
export function withGaps(
  timesMs: number[],
  values: number[],
  stepMs: number,
): { timesMs: number[]; values: (number | null)[] } {
  const gappedTimesMs: number[] = [];
  const gapped: (number | null)[] = [];
  timesMs.forEach((timeMs, i) => {
    const before = timesMs[i - 1];
    if (before !== undefined && timeMs - before > stepMs * 1.5) {
      gappedTimesMs.push(before + stepMs);
      gapped.push(null);
    }
    gappedTimesMs.push(timeMs);
    gapped.push(values[i] ?? null);
  });
  return { timesMs: gappedTimesMs, values: gapped };
}

/** A table with a row for each series (`numeric-long`): time, a column for each label, the value. */
export function instantFrame(series: readonly SeriesColumns[], options: SeriesFrameOptions): DataFrame {
  const { refId, expression, legend, unit, linksOf } = options;
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
  return {
    refId,
    meta: {
      type: DataFrameType.NumericLong,
      typeVersion: [0, 1],
      executedQueryString: expression,
      preferredVisualisationType: 'table',
    },
    fields: [
      timeField(series.map(({ timesMs }) => timesMs[0] ?? 0)),
      ...names.map((name) =>
        textField(
          name,
          series.map(({ labels }) => labels[name] ?? ''),
          { filterable: true },
        ),
      ),
      numberField(
        'Value',
        series.map(({ values }) => values[0] ?? null),
        configOf(columnName(series, legend), { unit, links: linksOf?.(cellLabels(names)) ?? [] }),
      ),
    ],
    length: series.length,
  };
}

/** All values share a column and its name: a legend is one when it says the same of every series. */
function columnName(series: readonly SeriesColumns[], legend: string | undefined): string | undefined {
  if (legend === undefined || legend === '') return undefined;
  const names = new Set(series.map(({ labels }) => seriesName(labels, legend, legend)));
  return names.size === 1 ? [...names][0] : undefined;
}

/** Labels of whatever row a link is followed from: Grafana puts the row's cells in their place. */
export function cellLabels(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    columns.filter((name) => /^\w+$/.test(name)).map((name) => [name, `\${__data.fields.${name}}`]),
  );
}
