import { weightedMedian } from '../math/index.ts';
import type { Backtest } from './backtest.ts';
import { blockOf } from './horizon-blocks.ts';

/** How much the experts that did better are preferred. */
export interface BlendSettings {
  /** Weights are inverse errors to this power: high enough to leave the poor out, low enough to trust no single one. */
  readonly power: number;
}

export const defaultSettings: BlendSettings = { power: 2 };

export interface Blend {
  /** [step]: from the end of the track. */
  readonly ahead: Float64Array;
  /** [origin][step], as far as backtests reach: what the blend would have said, weighted by the errors at the other origins only. */
  readonly earlier: Float64Array;
}

/**
 * The weighted median of the experts, by block of the horizon. A median, because among many simple experts a few are
 * always far off in the same direction (Stock and Watson 2004 on combinations; Jose and Winkler 2008 on robust ones).
 */
export function blend(backtest: Backtest, { power }: BlendSettings): Blend {
  const { names, horizon, reach, blocks, origins } = backtest;
  const blockCount = blocks.length - 1;
  const sums = new Float64Array(names.length * blockCount);
  for (let i = 0; i < backtest.errors.length; i++) sums[i % sums.length] += backtest.errors[i];
  const earlier = new Float64Array(origins.length * reach);
  const own = new Float64Array(sums.length);
  for (let i = 0; i < origins.length; i++) {
    const start = i * sums.length;
    for (let j = 0; j < sums.length; j++) own[j] = sums[j] - backtest.errors[start + j];
    const weights = weightsOf(own, names.length, power);
    const forecasts = backtest.forecasts.subarray(i * names.length * reach, (i + 1) * names.length * reach);
    combine(forecasts, weights, blocks, earlier.subarray(i * reach, (i + 1) * reach));
  }
  const ahead = new Float64Array(horizon);
  combine(backtest.ahead, weightsOf(sums, names.length, power), blocks, ahead);
  return { ahead, earlier };
}

/** [expert][block]. Equal where no errors are known. */
function weightsOf(sums: Float64Array, expertCount: number, power: number): Float64Array {
  const blockCount = sums.length / expertCount;
  const weights = new Float64Array(sums.length);
  for (let block = 0; block < blockCount; block++) {
    let least = Number.POSITIVE_INFINITY;
    let greatest = 0;
    for (let expert = 0; expert < expertCount; expert++) {
      least = Math.min(least, sums[expert * blockCount + block]);
      greatest = Math.max(greatest, sums[expert * blockCount + block]);
    }
    // What is exactly right outweighs the others, but does not divide by 0.
    const nothing = 1e-9 * greatest;
    for (let expert = 0; expert < expertCount; expert++) {
      const sum = sums[expert * blockCount + block];
      const share = greatest === 0 ? 1 : (least + nothing) / (sum + nothing);
      weights[expert * blockCount + block] = share ** power;
    }
  }
  return weights;
}

function combine(
  forecasts: Float64Array,
  weights: Float64Array,
  blocks: readonly number[],
  into: Float64Array,
): void {
  const horizon = into.length;
  const blockCount = blocks.length - 1;
  const expertCount = weights.length / blockCount;
  const values = new Float64Array(expertCount);
  const shares = new Float64Array(expertCount);
  for (let h = 0; h < horizon; h++) {
    const block = blockOf(blocks, h);
    for (let expert = 0; expert < expertCount; expert++) {
      values[expert] = forecasts[expert * horizon + h];
      shares[expert] = weights[expert * blockCount + block];
    }
    into[h] = weightedMedian(values, shares, expertCount);
  }
}
