import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, type Spread } from './harness.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../artifacts/bench');

/** One measured number with its spread over the rounds. */
export interface Figure {
  /** Stable name, for example `ingest-otlp/plain/c4`; `figures.ts` finds it by this. */
  readonly key: string;
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export function figure(key: string, what: string, unit: string, spread: Spread): Figure {
  return { key, what, unit, median: spread.median, min: spread.min, max: spread.max, rounds: spread.count };
}

/** A figure that was read once. */
export function single(key: string, what: string, unit: string, value: number): Figure {
  return { key, what, unit, median: value, min: value, max: value, rounds: 1 };
}

/** Prints the figures as a table and keeps them in artifacts/bench/<bench>.json. */
export function publish(bench: string, figures: readonly Figure[], notes: readonly string[] = []): void {
  printTable(
    bench,
    ['figure', 'median', 'range', 'unit', 'rounds'],
    figures.map((each) => [
      each.what,
      formatNumber(each.median),
      each.rounds === 1 ? '' : `${formatNumber(each.min)} to ${formatNumber(each.max)}`,
      each.unit,
      String(each.rounds),
    ]),
  );
  for (const note of notes) console.log(`  ${note}`);
  mkdirSync(folder, { recursive: true });
  const record = { bench, at: new Date().toISOString(), machine: machine(), figures, notes };
  writeFileSync(join(folder, `${bench}.json`), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Columns padded to their widest cell; the first left-aligned, the others right-aligned. */
export function printTable(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd();
  console.log(`\n${title}`);
  console.log(line(header));
  console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) console.log(line(row));
}

/** Three significant digits, thousands as k and M: `1.23 M`, `450 k`, `0.0123`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${significant(value / 1e6)} M`;
  if (size >= 1e4) return `${significant(value / 1e3)} k`;
  return significant(value);
}

function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  return value.toPrecision(3);
}
