import { LeastSquares } from '../../math/index.ts';
import type { Expert, ExpertRun, Track } from './expert.ts';

/** Shrinks coefficients towards 0 just enough that lags which say the same share the work. */
const RIDGE = 1e-3;
/** Samples there must be per coefficient. */
const ROWS_PER_COLUMN = 4;

/**
 * A linear function of the newest values and of those around one and several seasons ago, fitted by ridge regression
 * and applied to its own forecasts (a subset autoregression over both seasons, as in Box, Jenkins and Reinsel 1994).
 */
export const autoregression: Expert = {
  name: 'autoregression',
  begin(track, firstEnd) {
    const lags = lagsOf(track, firstEnd);
    return lags.length === 0 ? undefined : new AutoregressionRun(track.values, lags, firstEnd);
  },
};

/** As many of the lags as history up to `end` can teach. */
function lagsOf({ season, longSeason }: Track, end: number): number[] {
  const near = [1, 2, 3, 4];
  const around = (period: number): number[] => [period - 1, period, period + 1];
  const once = (lags: readonly number[]): number[] => [...new Set(lags)].filter((lag) => lag > 0);
  const choices: number[][] = [];
  if (season > 1 && longSeason > 0) {
    const multiples = Array.from({ length: longSeason / season - 3 }, (_, i) => (i + 3) * season);
    const long = [longSeason - season - 1, ...around(longSeason), longSeason + 2];
    choices.push(
      once([...near, ...around(season), season + 2, ...around(2 * season), ...multiples, ...long]),
    );
  }
  if (season > 1) {
    choices.push(once([...near, ...around(season), season + 2, ...around(2 * season), 3 * season]));
    choices.push(once([1, 2, season - 1, season, season + 1]));
  }
  choices.push(near, [1, 2], [1]);
  const fits = (lags: readonly number[]): boolean =>
    end - Math.max(...lags) >= ROWS_PER_COLUMN * (lags.length + 1);
  return choices.find(fits) ?? [];
}

class AutoregressionRun implements ExpertRun {
  readonly #values: Float64Array;
  readonly #lags: Int32Array;
  readonly #lagMax: number;
  readonly #sums: LeastSquares;
  readonly #row: Float64Array;
  readonly #mean: number;
  #learnt: number;
  #coefficients: Float64Array;
  #extended = new Float64Array(0);
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  constructor(values: Float64Array, lags: readonly number[], firstEnd: number) {
    this.#values = values;
    this.#lags = Int32Array.from(lags);
    this.#lagMax = Math.max(...lags);
    this.#sums = new LeastSquares(lags.length + 1);
    this.#row = new Float64Array(lags.length + 1).fill(1);
    this.#coefficients = this.#row;
    this.#learnt = 0;
    let sum = 0;
    for (let i = 0; i < firstEnd; i++) sum += values[i];
    this.#mean = sum / firstEnd;
  }

  learn(end: number): void {
    const values = this.#values;
    const lags = this.#lags;
    const row = this.#row;
    for (let i = this.#learnt; i < end; i++) {
      this.#least = Math.min(this.#least, values[i]);
      this.#greatest = Math.max(this.#greatest, values[i]);
      if (i < this.#lagMax) continue;
      for (let j = 0; j < lags.length; j++) row[j] = values[i - lags[j]] - this.#mean;
      this.#sums.add(row, values[i] - this.#mean);
    }
    this.#learnt = end;
    this.#coefficients = this.#sums.solve(RIDGE);
  }

  predict(origin: number, into: Float64Array): void {
    const lags = this.#lags;
    const coefficients = this.#coefficients;
    const known = this.#lagMax;
    const size = known + into.length;
    if (this.#extended.length < size) this.#extended = new Float64Array(size);
    const extended = this.#extended;
    for (let i = 0; i < known; i++) extended[i] = this.#values[origin - known + i] - this.#mean;
    // Fitted coefficients can be explosive: a forecast stays within twice the range that was seen.
    const range = this.#greatest - this.#least;
    const floor = this.#least - range - this.#mean;
    const ceiling = this.#greatest + range - this.#mean;
    for (let i = known; i < size; i++) {
      let sum = coefficients[lags.length];
      for (let j = 0; j < lags.length; j++) sum += coefficients[j] * extended[i - lags[j]];
      extended[i] = Math.min(ceiling, Math.max(floor, sum));
      into[i - known] = extended[i] + this.#mean;
    }
  }
}
