import { yieldToEventLoop } from '../base/index.ts';
import { detectPast } from './detect-past.ts';
import { forecastPast } from './forecast-past.ts';
import type { BacktestResult, BacktestSettings, PastSignal } from './types.ts';

const WEEK_MS = 7 * 86_400_000;

/** What detection and forecasts would have done to one signal. */
export async function runBacktest(signal: PastSignal, settings: BacktestSettings): Promise<BacktestResult> {
  const { method, profile } = settings;
  const counted = signal.values.subarray(signal.firstStep);
  const weeks = (counted.length * signal.stepMs) / WEEK_MS;
  const valueCount = counted.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  const detection = detectPast(signal, method, profile);
  const sensitivities = [{ alertsPerWeek: profile.alertsPerWeek, episodes: detection.episodes.length }];
  for (const alertsPerWeek of settings.otherSensitivities) {
    await yieldToEventLoop();
    const { episodes } = detectPast(signal, method, { ...profile, alertsPerWeek });
    sensitivities.push({ alertsPerWeek, episodes: episodes.length });
  }
  sensitivities.sort((a, b) => a.alertsPerWeek - b.alertsPerWeek);
  const trials = await forecastPast(signal, settings, yieldToEventLoop);
  const result = { signal, valueCount, weeks, detection, sensitivities };
  return trials === undefined ? result : { ...result, trials };
}
