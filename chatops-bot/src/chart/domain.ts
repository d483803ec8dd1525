import type { Chart } from '../reply/index.ts';
import { niceTicks } from './ticks.ts';

/** Differences of what is drawn must be numbers, too. */
const VALUE_MAX = 1e300;

export interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/**
 * The values to show. The threshold is always in, the band only as far as it does not flatten the lines; zero is the
 * lower end when it is near.
 */
export function valueAxis(chart: Chart, tickCountMax: number): ValueAxis {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const include = (value: number | null | undefined): void => {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    low = Math.min(low, Math.max(value, -VALUE_MAX));
    high = Math.max(high, Math.min(value, VALUE_MAX));
  };
  for (const { values } of chart.lines) for (const value of values) include(value);
  for (const value of chart.expected?.values ?? []) include(value);
  include(chart.threshold?.value);
  if (low <= high) {
    const room = high > low ? high - low : Math.abs(high) || 1;
    const within = (value: number | null): number | null =>
      value === null ? null : Math.min(Math.max(value, low0 - room), high0 + room);
    const [low0, high0] = [low, high];
    for (const value of chart.band?.upper ?? []) include(within(value));
    for (const value of chart.band?.lower ?? []) include(within(value));
  } else {
    low = 0;
    high = 1;
  }
  if (low >= 0 && low < (high - low) * 2) low = 0;
  if (high <= 0 && -high < (high - low) * 2) high = 0;
  if (high === low) {
    const around = Math.abs(high) / 2 || 1;
    low -= around;
    high += around;
  }
  const ticks = niceTicks(low, high, tickCountMax);
  const first = ticks[0];
  const last = ticks[ticks.length - 1];
  return last > first ? { low: first, high: last, ticks } : { low, high, ticks: [low, high] };
}
