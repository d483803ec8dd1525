import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { defaultProfile, detectorMethods } from '../detect/index.ts';
import { createForecaster, forecasterMethods } from '../forecast/index.ts';
import { numberText, timeTicks, valueTicks } from './draw/axis.ts';
import { pixelColumns } from './draw/columns.ts';
import {
  type BacktestSettings,
  detectionChart,
  forecastChart,
  type PastSignal,
  reportPage,
  runBacktest,
  summaryOf,
} from './index.ts';

const MINUTE_MS = 60_000;
const DAY = 288;
const STEP_MS = 5 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 5);

/** Three weeks of five minutes; the last counts. In it an hour at four times the usual. */
function signal(name = 'requests{region="eu"}'): PastSignal {
  const prng = createPrng(1);
  const values = Float64Array.from({ length: 21 * DAY }, (_, i) => {
    const usual = 100 + 40 * Math.sin((2 * Math.PI * i) / DAY) + 3 * prng.normal();
    return i >= 17 * DAY && i < 17 * DAY + 12 ? 4 * usual : usual;
  });
  return { name, startMs: START_MS, stepMs: STEP_MS, values, firstStep: 14 * DAY };
}

function settings(change: Partial<BacktestSettings> = {}): BacktestSettings {
  return {
    method: detectorMethods[0],
    profile: { ...defaultProfile, stepMs: STEP_MS },
    otherSensitivities: [0.01, 3],
    forecaster: createForecaster(),
    horizonSteps: 72,
    historySteps: 14 * DAY,
    ...change,
  };
}

describe('a backtest', () => {
  test('finds the episode where it was put, and says what was expected and why', async () => {
    const { detection, weeks } = await runBacktest(signal(), settings());
    expect(weeks).toBe(1);
    const [episode] = detection.episodes;
    expect(episode.startMs).toBeGreaterThanOrEqual(START_MS + 17 * DAY * STEP_MS);
    expect(episode.startMs).toBeLessThan(START_MS + (17 * DAY + 12) * STEP_MS);
    expect(episode.value).toBeGreaterThan(250);
    expect(episode.expected).toBeLessThan(150);
    expect(episode.why.length).toBeGreaterThan(0);
  });

  test('what is only learnt from does not count', async () => {
    const past = signal();
    const late = { ...past, firstStep: 18 * DAY };
    const { detection, valueCount } = await runBacktest(late, settings());
    expect(detection.episodes).toEqual([]);
    expect(valueCount).toBe(3 * DAY);
  });

  test('sensitivities are compared in order, and a higher one never has fewer episodes', async () => {
    const { sensitivities } = await runBacktest(signal(), settings());
    expect(sensitivities.map(({ alertsPerWeek }) => alertsPerWeek)).toEqual([
      0.01,
      defaultProfile.alertsPerWeek,
      3,
    ]);
    for (let i = 1; i < sensitivities.length; i++) {
      expect(sensitivities[i].episodes).toBeGreaterThanOrEqual(sensitivities[i - 1].episodes);
    }
  });

  test('forecasts beat the day before on a signal with noise, and are cut where the data end', async () => {
    const { trials } = await runBacktest(signal(), settings());
    expect(trials?.count).toBe(28);
    expect(trials?.whole.error).toBeLessThan(trials?.whole.naiveError ?? 0);
    expect(trials?.stretches.map(({ fromStep, toStep }) => [fromStep, toStep])).toEqual([
      [1, 9],
      [10, 36],
      [37, 72],
    ]);
    for (const share of trials?.whole.coverage ?? []) expect(share).toBeGreaterThan(0.7);
  });

  test('the naive method is as good as its yardstick on a perfect day', async () => {
    const past = signal();
    const values = past.values.map((_, i) => 100 + (i % DAY));
    const perfect = { ...past, values };
    const { trials } = await runBacktest(perfect, settings({ forecaster: forecasterMethods[1].create() }));
    expect(trials?.whole.naiveError).toBe(0);
    expect(trials?.whole.error).toBeLessThan(0.1);
  });

  test('nothing to compare gives no trials, and says so', async () => {
    const past = signal();
    const short = { ...past, values: past.values.slice(0, 20), firstStep: 0 };
    const result = await runBacktest(short, settings());
    expect(result.trials).toBeUndefined();
    expect(summaryOf(result).join(' ')).toContain('too little history for forecasts');
    expect(forecastChart(result)).toContain('</svg>');
  });
});

describe('its report', () => {
  test('is one page that asks for nothing else, with everything from outside escaped', async () => {
    const name = 'x{a="<script>alert(1)</script>"}';
    const page = reportPage(name, [await runBacktest(signal(name), settings())], 0.1);
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|@import|url\((?!#)/);
    expect(page).not.toContain('NaN');
    expect(page.match(/<svg /g)?.length).toBe(2);
  });

  test('pictures hold no NaN, also of a constant with gaps', async () => {
    const past = signal();
    const values = past.values.map((_, i) => (i % 50 < 10 ? Number.NaN : 7));
    const result = await runBacktest({ ...past, values }, settings());
    for (const picture of [detectionChart(result), forecastChart(result)]) {
      expect(picture).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

describe('axes', () => {
  test('ticks of values are round, inside, and about as many as asked for', () => {
    expect(valueTicks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(valueTicks(-0.3, 0.2, 5).map((tick) => Number(tick.toFixed(9)))).toEqual([
      -0.3, -0.2, -0.1, 0, 0.1, 0.2,
    ]);
    expect(valueTicks(5, 5, 5)).toEqual([5]);
  });

  test('ticks of times are dates over days and hours within one', () => {
    const days = timeTicks(START_MS, START_MS + 5 * 86_400_000, 6).map(({ text }) => text);
    expect(days).toEqual(['01-05', '01-06', '01-07', '01-08', '01-09', '01-10']);
    const hours = timeTicks(START_MS + 3_600_000, START_MS + 5 * 3_600_000, 6).map(({ text }) => text);
    expect(hours).toEqual(['01:00', '02:00', '03:00', '04:00', '05:00']);
  });

  test('numbers are short', () => {
    expect([0, 1.23456, 999, 12_345, 2_500_000, 3e9, Number.NaN].map(numberText)).toEqual([
      '0',
      '1.235',
      '999',
      '12.35k',
      '2.5M',
      '3G',
      '-',
    ]);
  });

  test('a spike of one step is seen in its pixel', () => {
    const values = new Float64Array(1000).fill(1);
    values[503] = 50;
    values.fill(Number.NaN, 900, 1000);
    const { least, greatest, mean } = pixelColumns(values, 100);
    expect([least[50], greatest[50], greatest[49]]).toEqual([1, 50, 1]);
    expect(mean[50]).toBeCloseTo(5.9);
    expect(greatest[95]).toBeNaN();
  });
});
