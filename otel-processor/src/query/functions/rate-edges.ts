import type { Histogram } from '../../model/index.ts';
import type { RangeWindow } from '../evaluate/range-window.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Presence } from '../evaluate/row.ts';
import { added, compacted, detectReset, scaled, subtracted, usesCustomBuckets } from '../histogram/index.ts';
import { type RangeAnnotations, rangeAnnotations } from './annotations.ts';
import type { RangeCall, SeriesFunction } from './function-entry.ts';

interface Flavour {
  readonly counter: boolean;
  readonly perSecond: boolean;
}

/**
 * rate, increase and delta of a range that is `anchored` (it begins at the last sample at or before its start)
 * or `smoothed` (values at both edges are interpolated between their neighbours): nothing is extrapolated.
 */
export function edgedRate(call: RangeCall, flavour: Flavour): SeriesFunction {
  const annotations = rangeAnnotations(call);
  const smoothed = call.edges === 'smoothed';
  const rangeSeconds = call.rangeMs / 1000;
  return {
    at(window): Presence {
      if (window.histogramCount > 0 && window.count > 0) {
        annotations.mixed();
        return ABSENT;
      }
      if (window.histogramCount > 0) {
        const change = histogramChange(window, smoothed, flavour.counter, annotations);
        if (change === undefined) return ABSENT;
        const result = flavour.perSecond ? scaled(change, rangeSeconds, 'divide') : change;
        window.histogram = compacted({ ...result, counterResetHint: 'gauge' });
        return HISTOGRAM;
      }
      const change = floatChange(window, smoothed, flavour.counter);
      if (change === undefined) return ABSENT;
      window.value = flavour.perSecond ? change / rangeSeconds : change;
      if (flavour.counter) annotations.maybeNoCounter();
      return FLOAT;
    },
  };
}

/** The samples that bound the range: indexes into its columns. Undefined when nothing of the series is in it. */
function edges(
  timesMs: ArrayLike<number>,
  from: number,
  to: number,
  window: RangeWindow,
  smoothed: boolean,
): readonly [number, number] | undefined {
  let last = to - 1;
  let first = from;
  while (first < last && timesMs[first + 1] <= window.startMs) first++;
  if (smoothed) while (last > from && timesMs[last - 1] >= window.endMs) last--;
  if (timesMs[last] <= window.startMs) return undefined;
  if (smoothed && timesMs[first] > window.endMs) return undefined;
  return [first, last];
}

function floatChange(window: RangeWindow, smoothed: boolean, counter: boolean): number | undefined {
  const { values, timesMs } = window.series;
  const { startMs, endMs } = window;
  const bounds = edges(timesMs, window.from, window.to, window, smoothed);
  if (bounds === undefined) return undefined;
  let [first, last] = bounds;
  const between = (before: number, after: number, atMs: number): number => {
    // A counter that was reset in between started again from zero.
    const base = counter && values[after] < values[before] ? 0 : values[before];
    return base + ((values[after] - base) * (atMs - timesMs[before])) / (timesMs[after] - timesMs[before]);
  };
  const left = smoothed && timesMs[first] < startMs ? between(first, first + 1, startMs) : values[first];
  const right =
    smoothed && last > window.from && timesMs[last] > endMs ? between(last - 1, last, endMs) : values[last];
  let change = right - left;
  if (!counter) return change;
  if (timesMs[first] <= startMs) first++;
  if (timesMs[last] >= endMs) last--;
  let previous = left;
  for (let i = first; i <= last; i++) {
    if (values[i] < previous) change += previous;
    previous = values[i];
  }
  return right < previous ? change + previous : change;
}

/** Combines two histograms, or says why it cannot be done and gives undefined. */
function combine(
  operation: 'addition' | 'subtraction',
  a: Histogram,
  b: Histogram,
  annotations: RangeAnnotations,
): Histogram | undefined {
  const outcome = operation === 'addition' ? added(a, b) : subtracted(a, b);
  if (outcome === undefined) annotations.mixedBuckets();
  else if (outcome.boundsReconciled) annotations.reconciled(operation);
  return outcome?.histogram;
}

function histogramBetween(
  window: RangeWindow,
  before: number,
  atMs: number,
  counter: boolean,
  annotations: RangeAnnotations,
): Histogram | undefined {
  const { histograms, histogramTimesMs } = window.series;
  const earlier = histograms[before];
  const later = histograms[before + 1];
  const spanMs = histogramTimesMs[before + 1] - histogramTimesMs[before];
  const fraction = (atMs - histogramTimesMs[before]) / spanMs;
  if (fraction === 0) return earlier;
  if (fraction === 1) return later;
  if (counter && detectReset(later, earlier)) return scaled(later, fraction);
  const difference = combine('subtraction', later, earlier, annotations);
  if (difference === undefined) return undefined;
  return combine('addition', scaled(difference, fraction), earlier, annotations);
}

function histogramChange(
  window: RangeWindow,
  smoothed: boolean,
  counter: boolean,
  annotations: RangeAnnotations,
): Histogram | undefined {
  const { histograms, histogramTimesMs: times } = window.series;
  const { startMs, endMs } = window;
  const bounds = edges(times, window.histogramFrom, window.histogramTo, window, smoothed);
  if (bounds === undefined) return undefined;
  const [first, last] = bounds;
  const used = histograms.slice(first, last + 1);
  if (used.some((histogram) => usesCustomBuckets(histogram) !== usesCustomBuckets(used[0]))) {
    annotations.mixedBuckets();
    return undefined;
  }
  if (counter && used.some((histogram) => histogram.counterResetHint === 'gauge')) annotations.notCounter();
  const cutsLeft = smoothed && times[first] < startMs;
  const left = cutsLeft ? histogramBetween(window, first, startMs, counter, annotations) : histograms[first];
  const cutsRight = smoothed && last > window.histogramFrom && times[last] > endMs;
  const right = cutsRight
    ? histogramBetween(window, last - 1, endMs, counter, annotations)
    : histograms[last];
  if (left === undefined || right === undefined) return undefined;
  if (!counter && (left.counterResetHint !== 'gauge' || right.counterResetHint !== 'gauge'))
    annotations.notGauge();
  let change = combine('subtraction', right, left, annotations);
  if (!counter || change === undefined) return change;
  let next = first + 1;
  let previous = left;
  if (cutsLeft && detectReset(histograms[first + 1], histograms[first])) {
    // That reset is in the interpolated edge already.
    previous = histograms[first + 1];
    next += 1;
  }
  if (next > last) return change;
  for (let i = next; i <= last; i++) {
    const current = i === last ? right : histograms[i];
    if (detectReset(current, previous)) {
      change = combine('addition', change, previous, annotations);
      if (change === undefined) return undefined;
    }
    previous = current;
  }
  return change;
}
