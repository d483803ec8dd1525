import { type Labels, type MatrixElement, parseSampleValue, type QueryData } from '@statbar/sdk/wire';
import type { ChartLine } from '../reply/index.ts';

/** Lines of a range query's result; histograms have no line. */
export function linesOf(data: QueryData, nameOf: (labels: Labels) => string): ChartLine[] {
  if (data.resultType !== 'matrix') return [];
  return data.result.map((element) => ({ name: nameOf(element.metric), ...points(element) }));
}

function points({ values = [] }: MatrixElement): Pick<ChartLine, 'timesMs' | 'values'> {
  return {
    timesMs: values.map(([seconds]) => seconds * 1000),
    values: values.map(([, text]) => {
      const value = parseSampleValue(text);
      return Number.isFinite(value) ? value : null;
    }),
  };
}

/** Series of which all labels, but for the name, are among those of one of the alerts; all where none is named. */
export function ofAlerts(data: QueryData, alerts: readonly Labels[]): QueryData {
  if (data.resultType !== 'matrix' || alerts.length === 0) return data;
  const result = data.result.filter(({ metric }) =>
    alerts.some((labels) =>
      Object.entries(metric).every(([name, value]) => name === '__name__' || labels[name] === value),
    ),
  );
  return { ...data, result: result.length === 0 ? data.result : result };
}

/** The last value of a line; null where there is none. */
export function lastValue(line: ChartLine | undefined): number | null {
  return line?.values.findLast((value) => value !== null) ?? null;
}

/** Labels in which the lines differ. */
export function namesOfLines(data: QueryData): (labels: Labels) => string {
  if (data.resultType !== 'matrix') return () => '';
  const first = data.result[0]?.metric ?? {};
  const same = new Set(
    Object.keys(first).filter((name) => data.result.every(({ metric }) => metric[name] === first[name])),
  );
  const single = data.result.length === 1;
  return (labels) => {
    const names = Object.keys(labels).filter((name) => name !== '__name__' && (single || !same.has(name)));
    const text = names
      .sort()
      .map((name) => `${name}=${labels[name]}`)
      .join(', ');
    return text === '' ? (labels['__name__'] ?? 'value') : text;
  };
}
