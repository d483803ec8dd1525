import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forecasterMethods } from '../../../otel-processor/src/forecast/index.ts';
import { printTable, publish, single } from '../report.ts';
import { dataFolder } from './data.ts';
import { mean } from './mean.ts';

/**
 * Signals of clouds, roads, shops and news that no choice was made on: the files of the Numenta Anomaly Benchmark, 48 steps
 * ahead (four hours of most), from 40 origins each.
 */
const HORIZON = 48;
const HISTORY = 14 * 288;
const ORIGINS = 40;
const LEVELS = [0.95, 0.8];

const methods = forecasterMethods.map(({ name, create }) => ({ name, forecaster: create() }));

interface Signal {
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

/** Onto steps of five minutes, or of what the first two rows are apart. */
function readSignal(path: string): Signal {
  const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1);
  const times = rows.map((row) => Date.parse(`${row.slice(0, 19).replace(' ', 'T')}Z`));
  const differences = times.slice(1).map((time, i) => time - times[i]);
  const stepMs = differences.sort((a, b) => a - b)[differences.length >> 1];
  const values = new Float64Array(Math.round((times[times.length - 1] - times[0]) / stepMs) + 1).fill(
    Number.NaN,
  );
  rows.forEach((row, i) => {
    values[Math.round((times[i] - times[0]) / stepMs)] = Number(row.slice(row.indexOf(',') + 1));
  });
  return { startMs: times[0], stepMs, values };
}

interface Outcome {
  /** Against the newest value. */
  readonly ratio: number;
  readonly coverage: readonly number[];
}

function judge({ startMs, stepMs, values }: Signal, { forecaster }: (typeof methods)[number]): Outcome {
  let [error, reference, count] = [0, 0, 0];
  const inside = LEVELS.map(() => 0);
  const stride = Math.max(HORIZON, Math.floor(values.length / ORIGINS));
  for (let origin = Math.floor(values.length / 3); origin + HORIZON < values.length; origin += stride) {
    const start = Math.max(0, origin - HISTORY);
    const input = { values: values.subarray(start, origin), startMs: startMs + start * stepMs, stepMs };
    const forecast = forecaster.fit(input, { horizonSteps: HORIZON }).predict(HORIZON, LEVELS);
    const newest = values.subarray(0, origin).findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
    for (let h = 0; h < HORIZON; h++) {
      const actual = values[origin + h];
      if (Number.isNaN(actual)) continue;
      error += Math.abs(actual - forecast.mean[h]);
      reference += Math.abs(actual - newest);
      count += 1;
      LEVELS.forEach((_, level) => {
        if (actual >= forecast.lower[level][h] && actual <= forecast.upper[level][h]) inside[level] += 1;
      });
    }
  }
  return { ratio: error / reference, coverage: inside.map((each) => each / count) };
}

const folder = dataFolder('nab');
if (folder !== undefined) {
  const root = join(folder, 'data');
  const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.csv'))
    .sort();
  const outcomes = files.map((file) => {
    const signal = readSignal(join(root, file));
    return methods.map((method) => judge(signal, method));
  });
  const percent = (share: number): string => (100 * share).toFixed(1);
  printTable(
    'NAB files: error against the newest value, values within the intervals',
    ['file', ...methods.map(({ name }) => name), '95 %', '80 %'],
    files.map((file, i) => {
      const [ours] = outcomes[i];
      return [file, ...outcomes[i].map(({ ratio }) => ratio.toFixed(3)), ...ours.coverage.map(percent)];
    }),
  );
  const figures = methods.flatMap(({ name }, i) => {
    const all = outcomes.map((each) => each[i]);
    // A signal without noise is forecast exactly, and its logarithm would decide the mean.
    const geometric = Math.exp(mean(all.map(({ ratio }) => Math.log(Math.max(0.01, ratio)))));
    const share = (level: number): number => 100 * mean(all.map(({ coverage }) => coverage[level]));
    return [
      single(
        `forecast/nab-error-${name}`,
        `NAB, error against the newest value (geometric): ${name}`,
        'x',
        geometric,
      ),
      single(`forecast/nab-95-${name}`, `NAB, coverage of 95 %: ${name}`, '%', share(0)),
      single(`forecast/nab-80-${name}`, `NAB, coverage of 80 %: ${name}`, '%', share(1)),
    ];
  });
  publish('forecast-nab', figures);
}
