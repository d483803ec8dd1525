import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createPrng } from '../../../otel-processor/src/base/index.ts';
import { forecasterMethods } from '../../../otel-processor/src/forecast/index.ts';
import { alternate, ownCpuSeconds, spreadOf } from '../harness.ts';
import { figure, printTable, publish, single } from '../report.ts';
import { dataFolder } from './data.ts';
import { mean } from './mean.ts';

/** Two weeks of minutes, six hours ahead: what it costs, and how it does on signals of real services. */
const DAY = 1440;
const HISTORY = 14 * DAY;
const HORIZON = 360;
const MINUTE_MS = 60_000;
/** Between two origins: not a divisor of the day, so that all hours are met. */
const ORIGIN_STEPS = 2 * DAY + 420;
const ORIGINS_MAX = 12;
const ROUNDS = 7;
const FITS_PER_ROUND = 40;

const methods = forecasterMethods.map(({ name, create }) => ({ name, forecaster: create() }));

function madeUp(seed: number): Float64Array {
  const prng = createPrng(seed);
  return Float64Array.from({ length: HISTORY }, (_, i) => {
    const weekend = Math.floor(i / DAY) % 7 >= 5 ? 0.7 : 1;
    const wave = 100 + 40 * Math.sin((2 * Math.PI * i) / DAY);
    return weekend * wave + 4 * prng.normal() + (i % DAY === 185 ? 60 : 0);
  });
}

/** Seconds of CPU per forecast, by method. */
async function costs(): Promise<Map<string, number[]>> {
  const signals = Array.from({ length: FITS_PER_ROUND }, (_, seed) => madeUp(seed));
  const readings = await alternate(
    methods.map(({ name, forecaster }) => ({
      name,
      round: async () => {
        const start = ownCpuSeconds();
        for (const values of signals) {
          const model = forecaster.fit({ values, startMs: 0, stepMs: MINUTE_MS }, { horizonSteps: HORIZON });
          model.predict(HORIZON, [0.8, 0.95]);
        }
        return { amount: FITS_PER_ROUND, cpuSeconds: ownCpuSeconds() - start, wallSeconds: 0 };
      },
    })),
    ROUNDS,
  );
  return new Map(
    [...readings].map(([name, all]) => [
      name,
      all.map(({ amount, cpuSeconds }) => (1000 * cpuSeconds) / amount),
    ]),
  );
}

/** The `value` column on the commonest step, NaN where a row is missing; undefined when the step is not a minute. */
function readMinutes(path: string): Float64Array | undefined {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split(/\r?\n/).slice(1);
  const times = lines.map((line) => Number(line.split(',')[0]));
  const first = times[0];
  const length = (times[times.length - 1] - first) / 60 + 1;
  if (times[1] - first !== 60 || !Number.isInteger(length)) return undefined;
  const values = new Float64Array(length).fill(Number.NaN);
  lines.forEach((line, i) => {
    values[(times[i] - first) / 60] = Number(line.split(',')[1]);
  });
  return values;
}

interface Outcome {
  /** Mean absolute error against that of the same minute of the day before. */
  ratio: number;
  inside95: number;
  inside80: number;
}

function judge(values: Float64Array, method: (typeof methods)[number]): Outcome | undefined {
  const origins: number[] = [];
  for (let at = values.length - HORIZON; at >= HISTORY && origins.length < ORIGINS_MAX; at -= ORIGIN_STEPS) {
    origins.push(at);
  }
  let error = 0;
  let reference = 0;
  let inside95 = 0;
  let inside80 = 0;
  let count = 0;
  for (const origin of origins) {
    const input = { values: values.subarray(origin - HISTORY, origin), startMs: 0, stepMs: MINUTE_MS };
    const model = method.forecaster.fit(input, { horizonSteps: HORIZON });
    const { mean: expected, lower, upper } = model.predict(HORIZON, [0.95, 0.8]);
    for (let h = 0; h < HORIZON; h++) {
      const actual = values[origin + h];
      const dayBefore = values[origin + h - DAY];
      if (Number.isNaN(actual) || Number.isNaN(dayBefore)) continue;
      error += Math.abs(actual - expected[h]);
      reference += Math.abs(actual - dayBefore);
      inside95 += actual >= lower[0][h] && actual <= upper[0][h] ? 1 : 0;
      inside80 += actual >= lower[1][h] && actual <= upper[1][h] ? 1 : 0;
      count += 1;
    }
  }
  if (count === 0 || reference === 0) return undefined;
  return { ratio: error / reference, inside95: inside95 / count, inside80: inside80 / count };
}

const cost = await costs();
const figures = [...cost].map(([name, all]) =>
  figure(`forecast/minutes-cpu-${name}`, `two weeks of minutes, 6 h ahead: ${name}`, 'ms CPU', spreadOf(all)),
);
const folder = dataFolder('kpi');
if (folder !== undefined) {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort();
  const rows: string[][] = [];
  const outcomes = methods.map((): Outcome[] => []);
  for (const file of files) {
    const values = readMinutes(join(folder, file));
    if (values === undefined) continue;
    const judged = methods.map((method) => judge(values, method));
    const [ours] = judged;
    if (ours === undefined) continue;
    judged.forEach((each, i) => {
      if (each !== undefined) outcomes[i].push(each);
    });
    rows.push([
      file,
      ...judged.map((each) => each?.ratio.toFixed(3) ?? ''),
      (100 * ours.inside95).toFixed(1),
      (100 * ours.inside80).toFixed(1),
    ]);
  }
  printTable(
    'KPIs of services, error against the day before',
    ['file', ...methods.map(({ name }) => name), '95 %', '80 %'],
    rows,
  );
  outcomes.forEach((all, i) => {
    const { name } = methods[i];
    const geometric = Math.exp(mean(all.map(({ ratio }) => Math.log(ratio))));
    figures.push(
      single(
        `forecast/kpi-error-${name}`,
        `KPIs, error against the day before (geometric): ${name}`,
        'x',
        geometric,
      ),
    );
    figures.push(
      single(
        `forecast/kpi-95-${name}`,
        `KPIs, coverage of 95 %: ${name}`,
        '%',
        100 * mean(all.map(({ inside95 }) => inside95)),
      ),
    );
    figures.push(
      single(
        `forecast/kpi-80-${name}`,
        `KPIs, coverage of 80 %: ${name}`,
        '%',
        100 * mean(all.map(({ inside80 }) => inside80)),
      ),
    );
  });
}
publish('forecast-minutes', figures);
