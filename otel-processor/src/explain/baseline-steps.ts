import { median } from './median.ts';

/** Steps right before the one in question. */
const RECENT_STEPS = 30;
const DAY_MS = 86_400_000;
/** Of each earlier day or week, the step at the same time and as many on either side of it. */
const NEIGHBOURS = 2;
const SEASONS_MIN = 2;
const SEASONS_MAX = 14;
/** A season must foretell the recent past this much better than its level does. */
const ERROR_RATIO_MAX = 0.8;

/**
 * Which steps of the past to judge the one at `atMs` against, as indices in time order: the ones right before it, or,
 * where that would have foretold the totals just before it clearly better, those at the same time of earlier days or
 * weeks. `timesMs` rises and ends before `atMs`; totals are of all leaves together.
 */
export function baselineSteps(timesMs: readonly number[], totals: readonly number[], atMs: number): number[] {
  const recent = (step: number): number[] => range(Math.max(0, step - RECENT_STEPS), step);
  const seasonal = [DAY_MS, 7 * DAY_MS].map(
    (periodMs) => (step: number) => seasonalSteps(timesMs, timesMs[step] ?? atMs, step, periodMs),
  );
  const end = timesMs.length;
  let best = recent;
  let bestError = ERROR_RATIO_MAX * errorOf(recent, totals, end);
  for (const choice of seasonal) {
    if (choice(end).length < SEASONS_MIN * (NEIGHBOURS + 1)) continue;
    const error = errorOf(choice, totals, end);
    if (error < bestError) {
      best = choice;
      bestError = error;
    }
  }
  return best(end);
}

function seasonalSteps(timesMs: readonly number[], atMs: number, end: number, periodMs: number): number[] {
  const steps: number[] = [];
  for (let season = SEASONS_MAX; season >= 1; season--) {
    const wantedMs = atMs - season * periodMs;
    if (end === 0 || timesMs[0] > wantedMs) continue;
    const first = firstAtOrAfter(timesMs, wantedMs, end);
    steps.push(...range(Math.max(0, first - NEIGHBOURS), Math.min(end, first + NEIGHBOURS + 1)));
  }
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** By how much the median of the chosen steps misses the totals of the last steps, on average. */
function errorOf(
  choose: (step: number) => readonly number[],
  totals: readonly number[],
  end: number,
): number {
  let sum = 0;
  let count = 0;
  for (let step = Math.max(1, end - RECENT_STEPS); step < end; step++) {
    const chosen = choose(step);
    if (chosen.length === 0) return Number.POSITIVE_INFINITY;
    const error = Math.abs(totals[step] - median(chosen.map((past) => totals[past])));
    if (Number.isNaN(error)) continue;
    sum += error;
    count += 1;
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count;
}

function firstAtOrAfter(timesMs: readonly number[], wantedMs: number, end: number): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle] < wantedMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
