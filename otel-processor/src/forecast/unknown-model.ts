import type { Forecast, ForecastModel } from './types.ts';

/** The model of a signal that never had a value. */
export class UnknownModel implements ForecastModel {
  readonly range = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

  predict(horizonSteps: number, levels: readonly number[]): Forecast {
    const unknown = (): Float64Array => new Float64Array(horizonSteps).fill(Number.NaN);
    return { levels: [...levels], mean: unknown(), lower: levels.map(unknown), upper: levels.map(unknown) };
  }

  crossing(_level: number, _direction: 'above' | 'below', horizonSteps: number): Float64Array {
    return new Float64Array(horizonSteps).fill(Number.NaN);
  }
}
