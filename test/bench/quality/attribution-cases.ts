import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ChangeInput } from '../../../otel-processor/src/explain/index.ts';

export type CauseLabels = Readonly<Record<string, string>>;

/** A change with its true causes: any of them counts as found. */
export interface AttributionCase {
  readonly name: string;
  readonly input: ChangeInput;
  readonly causes: readonly CauseLabels[];
}

/** The live-video cases: all steps before the one in question, all four or five labels. */
export function readCases(folder: string): AttributionCase[] {
  const listed = JSON.parse(readFileSync(join(folder, 'causes.json'), 'utf8')) as ReadonlyArray<{
    readonly file: string;
    readonly timestamp: number;
    readonly causes: readonly CauseLabels[];
  }>;
  return listed.map(({ file, timestamp, causes }) => {
    const [header, ...rows] = gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const name = file.replace(/\.csv\.gz$/, '');
    return { name, causes, input: inputOf(header, rows, timestamp) };
  });
}

function inputOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  timestamp: number,
): ChangeInput {
  const labelNames = header.filter((name) => !['min', 'value', 'cnt'].includes(name));
  const time = header.indexOf('min');
  const past = rows.filter((row) => Number(row[time]) <= timestamp);
  const times = [...new Set(past.map((row) => Number(row[time])))].sort((a, b) => a - b);
  const leafNumbers = new Map<string, number>();
  const leaves: string[][] = [];
  for (const row of past) {
    const labels = labelNames.map((name) => row[header.indexOf(name)]);
    if (leafNumbers.has(labels.join('\n'))) continue;
    leafNumbers.set(labels.join('\n'), leaves.length);
    leaves.push(labels);
  }
  const columns = (name: string): Float64Array[] => {
    const sums = times.map(() => new Float64Array(leaves.length));
    for (const row of past) {
      const leaf = leafNumbers.get(labelNames.map((label) => row[header.indexOf(label)]).join('\n')) ?? 0;
      sums[times.indexOf(Number(row[time]))][leaf] += Number(row[header.indexOf(name)]);
    }
    return sums;
  };
  const values = columns('value');
  const weights = columns('cnt');
  const last = times.length - 1;
  return {
    labelNames,
    leaves,
    history: values.slice(0, last),
    current: values[last],
    weights: { history: weights.slice(0, last), current: weights[last] },
  };
}

/** Place of the first true cause in a ranked list, counted from 1; infinite when it is not there. */
export function rankOfCause(ranked: readonly CauseLabels[], causes: readonly CauseLabels[]): number {
  const wanted = new Set(causes.map(keyOf));
  const index = ranked.findIndex((labels) => wanted.has(keyOf(labels)));
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}

export function keyOf(labels: CauseLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
}
