import type { Histogram } from '../../model/index.ts';
import { fail } from '../evaluate/evaluation.ts';
import { KahanSum } from '../evaluate/kahan.ts';
import type { RangeWindow } from '../evaluate/range-window.ts';
import { ABSENT, FLOAT, type Presence } from '../evaluate/row.ts';
import { detectReset, equals } from '../histogram/index.ts';
import type { FunctionEntry, RangeCall } from './function-entry.ts';
import { ofFloats } from './over-time.ts';
import { startsAnew } from './start-times.ts';

/** Least squares through the window's floats: slope per second, and the value at `atMs`. */
function regression(window: RangeWindow, atMs: number): { slope: number; intercept: number } {
  const { values, timesMs } = window.series;
  const [sumX, sumY, sumXY, sumXX] = [new KahanSum(), new KahanSum(), new KahanSum(), new KahanSum()];
  const first = values[window.from];
  let constant = true;
  for (let i = window.from; i < window.to; i++) {
    const y = values[i];
    if (y !== first && i > window.from) constant = false;
    const x = (timesMs[i] - atMs) / 1000;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  if (constant) {
    return Math.abs(first) === Number.POSITIVE_INFINITY
      ? { slope: Number.NaN, intercept: Number.NaN }
      : { slope: 0, intercept: first };
  }
  const count = window.to - window.from;
  const x = sumX.sum + sumX.compensation;
  const y = sumY.sum + sumY.compensation;
  const covariance = sumXY.sum + sumXY.compensation - (x * y) / count;
  const variance = sumXX.sum + sumXX.compensation - (x * x) / count;
  const slope = covariance / variance;
  return { slope, intercept: y / count - (slope * x) / count };
}

function smoothing(call: RangeCall): (window: RangeWindow, step: number) => number {
  const [, levels, trends] = call.scalars;
  return (window, step) => {
    const level = levels![step];
    const trend = trends![step];
    if (!(level > 0 && level < 1))
      fail(`invalid smoothing factor. Expected: 0 < sf < 1, got: ${level.toFixed(6)}`);
    if (!(trend > 0 && trend < 1))
      fail(`invalid trend factor. Expected: 0 < tf < 1, got: ${trend.toFixed(6)}`);
    const { values } = window.series;
    let before = 0;
    let smooth = values[window.from];
    let slope = values[window.from + 1] - values[window.from];
    for (let i = window.from + 1; i < window.to; i++) {
      if (i > window.from + 1) slope = trend * (smooth - before) + (1 - trend) * slope;
      const next = level * values[i] + (1 - level) * (smooth + slope);
      before = smooth;
      smooth = next;
    }
    return smooth;
  };
}

/** Counts pairs of neighbours, floats and histograms together in order of time. */
function countPairs(
  call: RangeCall,
  floats: (value: number, before: number) => boolean,
  histograms: (histogram: Histogram, before: Histogram) => boolean,
  countsStarts = false,
): (window: RangeWindow) => Presence {
  const anchored = call.edges === 'anchored';
  return (window) => {
    const { values, timesMs, startsMs, histograms: all, histogramTimesMs, histogramStartsMs } = window.series;
    let i = window.from;
    let j = window.histogramFrom;
    if (anchored) {
      // Only the newest sample at or before the start counts as the one to compare with.
      while (i + 1 < window.to && timesMs[i + 1] <= window.startMs) i++;
      while (j + 1 < window.histogramTo && histogramTimesMs[j + 1] <= window.startMs) j++;
      const floatBefore = i < window.to && timesMs[i] <= window.startMs;
      const histogramBefore = j < window.histogramTo && histogramTimesMs[j] <= window.startMs;
      if (floatBefore && histogramBefore) {
        if (timesMs[i] >= histogramTimesMs[j]) j++;
        else i++;
      }
      const lastMs = Math.max(
        window.to > i ? timesMs[window.to - 1] : Number.NEGATIVE_INFINITY,
        window.histogramTo > j ? histogramTimesMs[window.histogramTo - 1] : Number.NEGATIVE_INFINITY,
      );
      if (lastMs <= window.startMs) return ABSENT;
    }
    let count = 0;
    let before: number | Histogram | undefined;
    let beforeMs = 0;
    let beforeStartMs = 0;
    while (i < window.to || j < window.histogramTo) {
      const takesFloat = j >= window.histogramTo || (i < window.to && timesMs[i] < histogramTimesMs[j]);
      const timeMs = takesFloat ? timesMs[i] : histogramTimesMs[j];
      const startMs = (takesFloat ? startsMs?.[i] : histogramStartsMs?.[j]) ?? 0;
      const current: number | Histogram = takesFloat ? values[i++] : all[j++];
      if (before !== undefined) {
        if (countsStarts && startsAnew(beforeStartMs, beforeMs, startMs, timeMs)) count += 1;
        else if (typeof current === 'number' && typeof before === 'number')
          count += Number(floats(current, before));
        else if (typeof current === 'object' && typeof before === 'object')
          count += Number(histograms(current, before));
        else count += 1;
      }
      before = current;
      beforeMs = timeMs;
      beforeStartMs = startMs;
    }
    window.value = count;
    return FLOAT;
  };
}

function differs(value: number, before: number): boolean {
  return value !== before && !(Number.isNaN(value) && Number.isNaN(before));
}

/** Trends and changes. */
export const trendFunctions: readonly FunctionEntry[] = [
  {
    name: 'deriv',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc: 'Slope per second of a straight line through the floats.',
    implementation: {
      kind: 'range',
      create: (call) => ({
        at: ofFloats(() => (window) => regression(window, window.series.timesMs[window.from]).slope, 2)(call),
      }),
    },
  },
  {
    name: 'predict_linear',
    args: ['matrix', 'scalar'],
    variadic: 0,
    returns: 'vector',
    readsTime: true,
    doc: 'Value that the straight line through the floats has so many seconds after the evaluation time.',
    implementation: {
      kind: 'range',
      create: (call) => ({
        at: ofFloats(
          () => (window, step) => {
            const { slope, intercept } = regression(window, window.evaluationMs);
            return slope * call.scalars[1]![step] + intercept;
          },
          2,
        )(call),
      }),
    },
  },
  {
    name: 'double_exponential_smoothing',
    args: ['matrix', 'scalar', 'scalar'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'Smoothed value with a trend (Holt 1957); factors of level and trend in (0, 1).',
    implementation: { kind: 'range', create: (call) => ({ at: ofFloats(smoothing, 2)(call) }) },
  },
  {
    name: 'changes',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc: 'How often the value changed.',
    implementation: {
      kind: 'range',
      create: (call) => ({ at: countPairs(call, differs, (current, before) => !equals(current, before)) }),
    },
  },
  {
    name: 'resets',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc: 'How often a counter was reset.',
    implementation: {
      kind: 'range',
      create: (call) => ({ at: countPairs(call, (value, before) => value < before, detectReset, true) }),
    },
  },
];
