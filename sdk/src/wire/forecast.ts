import { isRecord } from './check.ts';
import type { Labels } from './prometheus.ts';

/** `data` of `GET /statbar/v1/forecast`. Times are milliseconds since the epoch. */
export interface ForecastAnswer {
  readonly query: string;
  readonly horizonMs: number;
  readonly stepMs: number;
  /** In (0, 1), rising: of the interval at 0.95, 95 % of the values to come are inside. */
  readonly levels: readonly number[];
  readonly series: readonly ForecastSeries[];
}

export interface ForecastSeries {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly mean: readonly (number | null)[];
  /** `lower[l][i]` and `upper[l][i]` belong to `levels[l]` and `times[i]`. */
  readonly lower: readonly (readonly (number | null)[])[];
  readonly upper: readonly (readonly (number | null)[])[];
  /** Only when a threshold was asked for. */
  readonly crossing?: ForecastCrossing;
}

/** When the series goes over (or under) a threshold. */
export interface ForecastCrossing {
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  /** By `times`: the probability that it has crossed by then; never falls. */
  readonly probability: readonly number[];
  /** The first time by which crossing is more likely than not; null when that is not within the horizon. */
  readonly likelyMs: number | null;
}

export function isForecastAnswer(value: unknown): value is ForecastAnswer {
  return (
    isRecord(value) &&
    typeof value['query'] === 'string' &&
    typeof value['stepMs'] === 'number' &&
    Array.isArray(value['levels']) &&
    Array.isArray(value['series']) &&
    value['series'].every(
      (series) =>
        isRecord(series) &&
        isRecord(series['labels']) &&
        Array.isArray(series['times']) &&
        Array.isArray(series['mean']) &&
        Array.isArray(series['lower']) &&
        Array.isArray(series['upper']),
    )
  );
}
