import type { Backtest } from './backtest.ts';
import type { Blend } from './blend.ts';
import type { PreparedSignal } from './course.ts';
import type { Detail } from './detail.ts';
import type { Residuals } from './intervals.ts';
import { alongBlocks } from './resolution.ts';

/** Steps of a block whose errors are looked at. */
const SAMPLES_PER_BLOCK = 2;

/** How far the blend would have been off at earlier origins, step by step of the full resolution. */
export function residualsOf(
  signal: PreparedSignal,
  backtest: Backtest,
  blend: Blend,
  detail: Detail,
): Residuals {
  const { blockSteps, values, present, course } = signal;
  const { reach, origins } = backtest;
  const isTotal = course.totals !== undefined;
  const samples = Math.min(SAMPLES_PER_BLOCK, blockSteps);
  const room = origins.length * reach * samples;
  const ahead = new Uint16Array(room);
  const errors = new Float64Array(room);
  const forecasts = new Float64Array(room);
  const blocks = course.totals ?? course.track.values;
  const first = values.length - blocks.length * blockSteps;
  const seasonSteps = detail.profile.length;
  let count = 0;
  for (let i = 0; i < origins.length; i++) {
    const path = blend.earlier.subarray(i * reach, (i + 1) * reach);
    const start = first + origins[i] * blockSteps;
    // Block by block another of its steps, so that all of them are met.
    for (let block = 0; block < reach && origins[i] + block < blocks.length; block++) {
      for (let sample = 0; sample < samples; sample++) {
        const within = (block + i + Math.floor((sample * blockSteps) / samples)) % blockSteps;
        const step = block * blockSteps + within;
        const target = start + step;
        if (present[target] === 0) continue;
        const line = alongBlocks(path, blocks[origins[i] - 1], step, blockSteps, isTotal);
        const phase = (seasonSteps - ((values.length - target) % seasonSteps)) % seasonSteps;
        ahead[count] = block;
        forecasts[count] = line + detail.profile[phase];
        errors[count] = Math.abs(values[target] - forecasts[count]);
        count += 1;
      }
    }
  }
  return {
    count,
    ahead: ahead.subarray(0, count),
    errors: errors.subarray(0, count),
    forecasts: forecasts.subarray(0, count),
    originCount: origins.length,
  };
}
