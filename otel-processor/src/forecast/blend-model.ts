import { assert } from '../base/index.ts';
import type { Backtest } from './backtest.ts';
import type { Blend } from './blend.ts';
import type { PreparedSignal } from './course.ts';
import { crossingProbability } from './crossing.ts';
import type { Detail } from './detail.ts';
import type { Intervals } from './intervals.ts';
import { alongBlocks } from './resolution.ts';
import type { Forecast, ForecastModel } from './types.ts';

/** What a fit came to. */
export interface BlendFit {
  readonly signal: PreparedSignal;
  readonly backtest: Backtest;
  readonly blend: Blend;
  readonly detail: Detail;
  readonly intervals: Intervals;
  readonly range: { readonly min: number; readonly max: number };
  readonly horizonSteps: number;
  /** Steps of the wall clock for steps of the horizon; the same where the clocks do not change. */
  readonly civilStep: (step: number) => number;
}

/** Steps of a horizon at which crossing a level is looked at, at most. */
const CROSSING_STEPS_MAX = 64;

export class BlendModel implements ForecastModel {
  readonly #fit: BlendFit;
  readonly #mean: Float64Array;
  readonly range: { readonly min: number; readonly max: number };

  constructor(fit: BlendFit) {
    this.#fit = fit;
    this.range = fit.range;
    this.#mean = meanPath(fit);
  }

  predict(horizonSteps: number, levels: readonly number[]): Forecast {
    this.#checkHorizon(horizonSteps);
    const { intervals, range } = this.#fit;
    const mean = new Float64Array(horizonSteps);
    const scale = new Float64Array(horizonSteps);
    for (let h = 0; h < horizonSteps; h++) {
      mean[h] = this.#mean[h];
      scale[h] = intervals.scale(mean[h]);
    }
    const lower: Float64Array[] = [];
    const upper: Float64Array[] = [];
    for (const level of levels) {
      assert(level > 0 && level < 1, `a level is in (0, 1), not ${level}`);
      const units = this.#unitsByBlock(horizonSteps, level);
      const low = new Float64Array(horizonSteps);
      const high = new Float64Array(horizonSteps);
      for (let h = 0; h < horizonSteps; h++) {
        const width = units[this.#blockAt(h)] * scale[h];
        low[h] = Math.max(range.min, mean[h] - width);
        high[h] = Math.min(range.max, mean[h] + width);
      }
      lower.push(low);
      upper.push(high);
    }
    return { levels: [...levels], mean, lower, upper };
  }

  crossing(level: number, direction: 'above' | 'below', horizonSteps: number): Float64Array {
    this.#checkHorizon(horizonSteps);
    const stride = Math.ceil(horizonSteps / CROSSING_STEPS_MAX);
    const steps = Math.ceil(horizonSteps / stride);
    const probabilities = new Float64Array(steps);
    for (let h = 0; h < horizonSteps; h++) {
      const at = Math.floor(h / stride);
      probabilities[at] = Math.max(probabilities[at], this.#beyond(h, level, direction));
    }
    if (Number.isNaN(probabilities[0])) return new Float64Array(horizonSteps).fill(Number.NaN);
    const coarse = crossingProbability({
      steps,
      persistence: persistenceOf(this.#fit) ** (stride / this.#fit.signal.blockSteps),
      probability: (step) => probabilities[step],
    });
    return Float64Array.from({ length: horizonSteps }, (_, h) => coarse[Math.floor(h / stride)]);
  }

  #checkHorizon(horizonSteps: number): void {
    const most = this.#fit.horizonSteps;
    assert(
      horizonSteps >= 1 && horizonSteps <= most,
      `a horizon of 1 to ${most} steps was fitted, not ${horizonSteps}`,
    );
  }

  #blockAt(h: number): number {
    return Math.floor(this.#fit.civilStep(h) / this.#fit.signal.blockSteps);
  }

  #unitsByBlock(horizonSteps: number, level: number): Float64Array {
    const count = this.#blockAt(horizonSteps - 1) + 1;
    return Float64Array.from({ length: count }, (_, block) => this.#fit.intervals.unit(block, level));
  }

  #beyond(h: number, level: number, direction: 'above' | 'below'): number {
    const { intervals, range } = this.#fit;
    if (direction === 'above' ? level >= range.max : level <= range.min) return 0;
    const mean = this.#mean[h];
    const distance = direction === 'above' ? level - mean : mean - level;
    const either = intervals.beyond(this.#blockAt(h), mean, Math.abs(distance));
    if (!Number.isFinite(either)) return Number.NaN;
    return distance >= 0 ? either / 2 : 1 - either / 2;
  }
}

function meanPath(fit: BlendFit): Float64Array {
  const { signal, blend, detail, range, horizonSteps } = fit;
  const { blockSteps, course, resetTotal } = signal;
  const isTotal = course.totals !== undefined;
  const blocks = course.totals ?? course.track.values;
  const before = blocks[blocks.length - 1];
  const mean = new Float64Array(horizonSteps);
  let greatest = before;
  for (let h = 0; h < horizonSteps; h++) {
    const step = fit.civilStep(h);
    let value = alongBlocks(blend.ahead, before, step, blockSteps, isTotal);
    if (blockSteps > 1 && !isTotal) {
      value += detail.profile[step % detail.profile.length];
      value += detail.newest * detail.persistence ** (step + 1);
    }
    if (isTotal) {
      greatest = Math.max(greatest, value);
      value = greatest - resetTotal;
    }
    mean[h] = Math.min(range.max, Math.max(range.min, value));
  }
  return mean;
}

/** Correlation of the blend's errors at neighbouring blocks of the same forecast. */
function persistenceOf({ backtest, blend, signal }: BlendFit): number {
  const actual = signal.course.totals ?? signal.course.track.values;
  const { origins, reach } = backtest;
  let product = 0;
  let square = 1e-300;
  for (let i = 0; i < origins.length; i++) {
    for (let h = 1; h < reach && origins[i] + h < actual.length; h++) {
      const error = actual[origins[i] + h] - blend.earlier[i * reach + h];
      const before = actual[origins[i] + h - 1] - blend.earlier[i * reach + h - 1];
      product += error * before;
      square += before * before;
    }
  }
  return Math.min(0.999, Math.max(0, product / square));
}
