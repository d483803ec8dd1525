import type { HistogramValue, Labels, QueryData } from '@statbar/sdk/wire';

/** One line of a result: which series, when, what. */
interface Row {
  readonly metric: Labels;
  readonly timestampSeconds: number;
  readonly value: string;
}

/** Columns for a person: series, time and value; of a range, one block per series. */
export function formatTable(data: QueryData): string {
  if (data.resultType === 'scalar' || data.resultType === 'string') return `${data.result[1]}\n`;
  if (data.result.length === 0) return 'no data\n';
  if (data.resultType === 'vector') {
    return aligned(rowsOf(data).map((row) => [seriesText(row.metric), row.value]));
  }
  return data.result
    .map((series) => {
      const rows = rowsOf({ resultType: 'matrix', result: [series] });
      return `${seriesText(series.metric)}\n${aligned(rows.map((row) => [`  ${isoTime(row.timestampSeconds)}`, row.value]))}`;
    })
    .join('\n');
}

/** RFC 4180 with a header line: time, value, then one column per label name. */
export function formatCsv(data: QueryData): string {
  const rows = rowsOf(data);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.metric)))].sort();
  const lines = [['time', 'value', ...names], ...rows.map((row) => csvCells(row, names))];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCells(row: Row, names: readonly string[]): string[] {
  return [isoTime(row.timestampSeconds), row.value, ...names.map((name) => row.metric[name] ?? '')];
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rowsOf(data: QueryData): Row[] {
  switch (data.resultType) {
    case 'scalar':
    case 'string':
      return [{ metric: {}, timestampSeconds: data.result[0], value: data.result[1] }];
    case 'vector':
      return data.result.map(({ metric, value, histogram }) => {
        const [timestampSeconds, shown] = value ?? histogram ?? [0, ''];
        return { metric, timestampSeconds, value: valueText(shown) };
      });
    case 'matrix':
      return data.result.flatMap(({ metric, values = [], histograms = [] }) =>
        [...values, ...histograms]
          .map(([timestampSeconds, shown]) => ({ metric, timestampSeconds, value: valueText(shown) }))
          .sort((a, b) => a.timestampSeconds - b.timestampSeconds),
      );
  }
}

function valueText(value: string | HistogramValue): string {
  return typeof value === 'string' ? value : `count=${value.count} sum=${value.sum}`;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** A series as people write it: name and labels. */
export function seriesText(metric: Labels): string {
  const { __name__: name = '', ...labels } = metric;
  const parts = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return parts.length === 0 && name !== '' ? name : `${name}{${parts.join(', ')}}`;
}

/** Two columns, the second one aligned. */
/** Columns as wide as their widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows
    .map(
      (row) => `${row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]) : cell)).join('  ')}\n`,
    )
    .join('');
}
