import { type DataFrame, DataFrameType, type Field, FieldType } from '@grafana/data';
import type { Labels } from '@statbar/sdk/wire';
import { t } from '../texts.ts';
import type { SeriesColumns } from './columns.ts';
import { shortName } from './names.ts';
import { cellLabels, configOf, type LinksOf, numberField, textField, timeField } from './series-frames.ts';

/** One series' place now and one compared period before. */
export interface Standing {
  readonly key: string;
  readonly labels: Labels;
  readonly value: number;
  /** From 1. */
  readonly rank: number;
  readonly previousRank: number | null;
  readonly previousValue: number | null;
}

export interface LeaderboardOptions {
  readonly refId: string;
  readonly expression: string;
  readonly legend: string | undefined;
  readonly unit: string | undefined;
  readonly limit: number;
  /** One more row, without a rank, that adds up the rest. */
  readonly others: boolean;
  readonly linksOf: LinksOf;
  readonly period: { readonly comparedMs: number; readonly toMs: number };
}

interface Row extends Omit<Standing, 'rank'> {
  readonly rank: number | null;
  readonly name: string;
}

/**
 * A table, best first: rank, previous_rank, rank_change (positive: up), value, previous, change, change_percent, trend
 * (a frame for a sparkline), and text columns that together are the row's name: its labels, or `name` from the legend.
 */
export function leaderboardFrame(
  standings: readonly Standing[],
  trends: ReadonlyMap<string, SeriesColumns>,
  options: LeaderboardOptions,
): DataFrame {
  const { refId, expression, unit, legend, linksOf } = options;
  const rows = rowsOf(standings, options);
  // With names from a legend there are no columns of labels to take a row's from.
  const links = legend ? linksOf({}) : linksOf(cellLabels(labelNames(rows)));
  const value = configOf(undefined, { unit, links });
  const changes = rows.map((row) => (row.previousValue === null ? null : row.value - row.previousValue));
  return {
    refId,
    name: 'leaderboard',
    meta: {
      type: DataFrameType.NumericLong,
      typeVersion: [0, 1],
      executedQueryString: expression,
      preferredVisualisationType: 'table',
      custom: { statbar: 'leaderboard', seriesCount: standings.length, ...options.period },
    },
    fields: [
      numberField(
        'rank',
        rows.map(({ rank }) => rank),
      ),
      numberField(
        'previous_rank',
        rows.map(({ previousRank }) => previousRank),
      ),
      numberField(
        'rank_change',
        rows.map(({ rank, previousRank }) =>
          rank === null || previousRank === null ? null : previousRank - rank,
        ),
      ),
      numberField(
        'value',
        rows.map((row) => row.value),
        value,
      ),
      numberField(
        'previous',
        rows.map(({ previousValue }) => previousValue),
        value,
      ),
      numberField('change', changes, value),
      numberField(
        'change_percent',
        rows.map(({ previousValue }, i) => percentOf(changes[i], previousValue)),
        { unit: 'percent', decimals: 1 },
      ),
      {
        name: 'trend',
        type: FieldType.frame,
        config: unit === undefined ? {} : { unit },
        values: rows.map(({ key }) => trendFrame(trends.get(key), unit)),
      },
      ...nameFields(rows, options.legend),
    ],
    length: rows.length,
  };
}

function nameFields(rows: readonly Row[], legend: string | undefined): Field[] {
  const labels = labelNames(rows);
  if (legend || labels.length === 0)
    return [
      textField(
        'name',
        rows.map(({ name }) => name),
      ),
    ];
  return labels.map((label, i) =>
    textField(
      label,
      // The row of all others has no labels: its name stands in the first column.
      rows.map((row) => row.labels[label] ?? (row.rank === null && i === 0 ? row.name : '')),
      { filterable: true },
    ),
  );
}

function labelNames(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.labels)))]
    .filter((name) => name !== '__name__')
    .sort();
}

function rowsOf(standings: readonly Standing[], { limit, others, legend }: LeaderboardOptions): Row[] {
  const rows: Row[] = standings
    .slice(0, limit)
    .map((each) => ({ ...each, name: shortName(each.labels, legend, t('frames.value')) }));
  const rest = standings.slice(limit);
  if (!others || rest.length === 0) return rows;
  const previous = rest.map(({ previousValue }) => previousValue).filter((value) => value !== null);
  rows.push({
    key: '',
    name: t('frames.others', { count: rest.length }),
    labels: {},
    rank: null,
    previousRank: null,
    value: rest.reduce((sum, { value }) => sum + value, 0),
    previousValue: previous.length === 0 ? null : previous.reduce((sum, each) => sum + each, 0),
  });
  return rows;
}

function percentOf(change: number | null, before: number | null): number | null {
  if (change === null || before === null || before === 0) return null;
  return (100 * change) / Math.abs(before);
}

function trendFrame(series: SeriesColumns | undefined, unit: string | undefined): DataFrame | null {
  if (series === undefined) return null;
  const { timesMs, values } = series;
  return {
    fields: [timeField(timesMs), numberField('value', values, unit === undefined ? {} : { unit })],
    length: timesMs.length,
  };
}
