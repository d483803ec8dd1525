import {
  type Labels,
  type MatrixElement,
  parseSampleValue,
  type QueryData,
  type VectorElement,
} from '@statbar/sdk/wire';
import type { ChartLine } from '../reply/index.ts';

/** Names of series that say what sets them apart; a single series is named by its labels. */
export function seriesNames(all: readonly Labels[]): string[] {
  const names = new Set(all.flatMap((labels) => Object.keys(labels)));
  const telling = [...names].filter(
    (name) =>
      name !== '__name__' && (all.length === 1 || all.some((labels) => labels[name] !== all[0][name])),
  );
  telling.sort();
  return all.map((labels) => {
    const given = telling.filter((name) => labels[name] !== undefined);
    if (given.length === 0) return labels['__name__'] ?? 'value';
    return telling.length === 1
      ? labels[given[0]]
      : given.map((name) => `${name}=${labels[name]}`).join(', ');
  });
}

export interface NamedValue {
  readonly name: string;
  readonly value: number;
  /** For finding it again in another answer. */
  readonly key: string;
}

/** Values of an instant query, the largest first. */
export function valuesOf(data: QueryData): NamedValue[] {
  if (data.resultType === 'scalar')
    return [{ name: 'value', value: parseSampleValue(data.result[1]), key: '' }];
  if (data.resultType !== 'vector') return [];
  const elements = data.result.filter(
    (element): element is VectorElement & { value: NonNullable<VectorElement['value']> } =>
      element.value !== undefined,
  );
  const names = seriesNames(elements.map(({ metric }) => metric));
  return elements
    .map(({ metric, value }, at) => ({
      name: names[at],
      value: parseSampleValue(value[1]),
      key: keyOf(metric),
    }))
    .toSorted((a, b) => rank(b.value) - rank(a.value));
}

function rank(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lines of a range query, those with the largest last values first. */
export function linesOf(data: QueryData): ChartLine[] {
  if (data.resultType !== 'matrix') return [];
  const elements = data.result.filter(({ values }) => values !== undefined && values.length > 0);
  const names = seriesNames(elements.map(({ metric }) => metric));
  return elements
    .map((element, at) => lineOf(names[at], element))
    .toSorted((a, b) => rank(lastOf(b)) - rank(lastOf(a)));
}

function lineOf(name: string, { values = [] }: MatrixElement): ChartLine {
  return {
    name,
    timesMs: values.map(([seconds]) => seconds * 1000),
    values: values.map(([, text]) => {
      const value = parseSampleValue(text);
      return Number.isFinite(value) ? value : null;
    }),
  };
}

/** NaN: it has none. */
export function lastOf({ values }: ChartLine): number {
  return values.findLast((value) => value !== null) ?? Number.NaN;
}

/** What kind of histogram or text there is that no chart can show; empty: nothing is left out. */
export function notShown(data: QueryData): string {
  if (data.resultType === 'string') return 'The result is a text.';
  if (data.resultType === 'scalar') return '';
  const count = data.result.filter((element) => 'histogram' in element || 'histograms' in element).length;
  return count === 0 ? '' : `${count} series are histograms: ask for a quantile of them.`;
}
