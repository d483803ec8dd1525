import type { RangeWindow } from '../evaluate/range-window.ts';

/** Samples further from a range's end than this many of their average distances do not reach it. */
const REACH = 1.1;

/**
 * By what to multiply the change between the first and the last sample of a window to have the change over all of
 * it: up to its ends where the samples come close enough to them, else half an average distance further; for
 * counters no further than to where they would be zero (Prometheus, rate()).
 */
export function extrapolation(
  window: RangeWindow,
  firstMs: number,
  lastMs: number,
  intervals: number,
  counter: boolean,
  first: number,
  change: number,
): number {
  const sampledSeconds = (lastMs - firstMs) / 1000;
  const averageSeconds = sampledSeconds / intervals;
  const threshold = averageSeconds * REACH;
  let toStart = (firstMs - window.startMs) / 1000;
  let toEnd = (window.endMs - lastMs) / 1000;
  if (toStart >= threshold) toStart = averageSeconds / 2;
  if (counter && change > 0 && first >= 0) {
    const toZero = sampledSeconds * (first / change);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = averageSeconds / 2;
  return (sampledSeconds + toStart + toEnd) / sampledSeconds;
}

/** The same when the counter began at zero at `startMs`: to the left nothing is left to guess. */
export function extrapolationFrom(
  window: RangeWindow,
  startMs: number,
  firstMs: number,
  lastMs: number,
  intervals: number,
): number {
  const averageSeconds = intervals === 0 ? 0 : (lastMs - firstMs) / 1000 / intervals;
  const sampledSeconds = (lastMs - startMs) / 1000;
  let toEnd = (window.endMs - lastMs) / 1000;
  if (toEnd >= averageSeconds * REACH) toEnd = averageSeconds / 2;
  return (sampledSeconds + toEnd) / sampledSeconds;
}
