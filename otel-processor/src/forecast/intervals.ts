import { sortedQuantile, studentInflation } from '../math/index.ts';

/** Absolute errors of earlier forecasts, with how far ahead each was, and the level it was made at. */
export interface Residuals {
  readonly count: number;
  /** Blocks ahead, from 0. */
  readonly ahead: Uint16Array;
  readonly errors: Float64Array;
  readonly forecasts: Float64Array;
  /** Origins that they come from. */
  readonly originCount: number;
}

/** Points of the horizon at which the errors' distribution is taken; between them it is interpolated. */
const ANCHORS_MAX = 9;
/** Errors within this share of the horizon say something about each other's distance. */
const NEIGHBOURHOOD = 1 / 6;
/** Errors there must be for a distribution of their own. */
const ERRORS_MIN = 8;
/** Powers of the level that errors may grow with. */
const POWERS = [0, 0.25, 0.5, 0.75, 1];

/**
 * Prediction intervals from the errors that the same forecaster made before (split conformal prediction, Vovk et al.
 * 2005; Lei et al. 2018), by how far ahead they were. Errors are symmetric, and may grow with the level.
 */
export class Intervals {
  readonly #power: number;
  readonly #floor: number;
  readonly #degrees: number;
  readonly #positions: number[] = [];
  readonly #sorted: Float64Array[] = [];

  constructor(residuals: Residuals, horizon: number, canScale: boolean) {
    this.#degrees = Math.max(2, residuals.originCount / 2);
    this.#floor = floorOf(residuals);
    this.#power = canScale ? likeliestPower(residuals, this.#floor) : 0;
    const anchors = Math.min(horizon, ANCHORS_MAX);
    const reach = Math.max(1, horizon * NEIGHBOURHOOD);
    const scaled = residuals.errors.map((error, i) => error / this.scale(residuals.forecasts[i]));
    const pool = new Float64Array(residuals.count);
    for (let anchor = 0; anchor < anchors; anchor++) {
      const position = anchors === 1 ? 0 : (anchor * (horizon - 1)) / (anchors - 1);
      let count = 0;
      for (let i = 0; i < residuals.count; i++) {
        if (Math.abs(residuals.ahead[i] - position) <= reach) pool[count++] = scaled[i];
      }
      if (count >= ERRORS_MIN) this.#addAnchor(position, pool.slice(0, count));
    }
    // Too few for any stretch of the horizon: what there is stands for all of it.
    if (this.#positions.length === 0 && residuals.count > 0) this.#addAnchor(0, scaled);
  }

  #addAnchor(position: number, scaled: Float64Array): void {
    this.#positions.push(position);
    this.#sorted.push(scaled.sort());
  }

  /** Half the width of the interval that holds `level` of the values `ahead` blocks on, in units of `scale`; NaN: unknown. */
  unit(ahead: number, level: number): number {
    const inflation = studentInflation(level, this.#degrees);
    return inflation * this.#between(ahead, (sorted) => sortedQuantile(sorted, level));
  }

  /** The probability that a value is farther from the forecast than `distance`, on either side. */
  beyond(ahead: number, forecast: number, distance: number): number {
    const inflation = studentInflation(0.8, this.#degrees);
    const ratio = distance / (this.scale(forecast) * inflation);
    return this.#between(ahead, (sorted) => shareAbove(sorted, ratio), false);
  }

  /** What errors are in proportion to at this level. */
  scale(forecast: number): number {
    return this.#power === 0 ? 1 : Math.max(this.#floor, Math.abs(forecast)) ** this.#power;
  }

  #between(ahead: number, read: (sorted: Float64Array) => number, isWidth = true): number {
    const positions = this.#positions;
    const last = positions.length - 1;
    if (last < 0) return Number.NaN;
    if (ahead >= positions[last]) {
      // Beyond what could be backtested errors go on growing as those of a random walk.
      const growth = isWidth ? Math.sqrt((ahead + 1) / (positions[last] + 1)) : 1;
      return read(this.#sorted[last]) * growth;
    }
    let index = 0;
    while (index < last && positions[index + 1] <= ahead) index += 1;
    if (ahead <= positions[index]) return read(this.#sorted[index]);
    const share = (ahead - positions[index]) / (positions[index + 1] - positions[index]);
    return read(this.#sorted[index]) * (1 - share) + read(this.#sorted[index + 1]) * share;
  }
}

/** Levels under a hundredth of the usual one do not make errors smaller still. */
function floorOf({ forecasts, count }: Residuals): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.abs(forecasts[i]) / count;
  return 0.01 * sum + 1e-300;
}

/** The power under which the errors are likeliest, taken as Laplace-distributed with a scale of level to that power. */
function likeliestPower({ errors, forecasts, count }: Residuals, floor: number): number {
  let logSum = 0;
  for (let i = 0; i < count; i++) logSum += Math.log(Math.max(floor, Math.abs(forecasts[i])));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const power of POWERS) {
    let sum = 1e-300;
    for (let i = 0; i < count; i++) sum += errors[i] / Math.max(floor, Math.abs(forecasts[i])) ** power;
    const loss = count * Math.log(sum / Math.max(1, count)) + power * logSum;
    if (loss >= least) continue;
    least = loss;
    best = power;
  }
  return best;
}

/** By bisection, linear between neighbours; beyond the greatest an exponential tail with the upper tenth's mean excess. */
function shareAbove(sorted: Float64Array, ratio: number): number {
  const count = sorted.length;
  if (!(ratio > 0)) return 1;
  if (ratio >= sorted[count - 1]) {
    const start = sortedQuantile(sorted, 0.9);
    const excess = Math.max(1e-12 * sorted[count - 1], (sorted[count - 1] - start) / 2);
    const tail = excess > 0 ? Math.exp(-(ratio - sorted[count - 1]) / excess) : 0;
    return tail / (count + 1);
  }
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > ratio) high = middle;
    else low = middle + 1;
  }
  const before = low === 0 ? 0 : sorted[low - 1];
  const share = (ratio - before) / (sorted[low] - before);
  return 1 - (low + share) / (count + 1);
}
