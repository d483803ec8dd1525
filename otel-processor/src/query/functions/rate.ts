import type { RangeWindow } from '../evaluate/range-window.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Presence } from '../evaluate/row.ts';
import { scaled as scaledIncrease } from '../histogram/index.ts';
import { type RangeAnnotations, rangeAnnotations } from './annotations.ts';
import type { FunctionEntry, RangeCall, SeriesFunction } from './function-entry.ts';
import { edgedRate } from './rate-edges.ts';
import { histogramIncrease } from './rate-histogram.ts';

interface Flavour {
  /** Counters go up, except at resets; gauges go anywhere. */
  readonly counter: boolean;
  readonly perSecond: boolean;
}

/**
 * The change over a range, extrapolated to its ends where the samples come close enough to them: no further
 * than 110 % of their average distance, and for counters no further than to where they would be zero
 * (Prometheus, rate()).
 */
class ExtrapolatedRate implements SeriesFunction {
  readonly #call: RangeCall;
  readonly #flavour: Flavour;
  readonly #annotations: RangeAnnotations;
  /** Indexes of floats that are smaller than the one before. */
  #resets: number[] = [];
  /** The first of `#resets` after the window's first sample. */
  #nextReset = 0;

  constructor(call: RangeCall, flavour: Flavour) {
    this.#call = call;
    this.#flavour = flavour;
    this.#annotations = rangeAnnotations(call);
  }

  begin(window: RangeWindow): void {
    const { values, count } = window.series;
    if (this.#resets.length > 0) this.#resets = [];
    this.#nextReset = 0;
    if (!this.#flavour.counter) return;
    for (let i = 1; i < count; i++) if (values[i] < values[i - 1]) this.#resets.push(i);
  }

  at(window: RangeWindow): Presence {
    if (window.histogramTo > window.histogramFrom) return this.#withHistograms(window);
    const { from, to } = window;
    const last = to - 1;
    if (last <= from) return ABSENT;
    const { values, timesMs } = window.series;
    let change = values[last] - values[from];
    if (this.#resets.length > 0) {
      const resets = this.#resets;
      while (this.#nextReset < resets.length && resets[this.#nextReset] <= from) this.#nextReset++;
      for (let i = this.#nextReset; i < resets.length && resets[i] <= last; i++)
        change += values[resets[i] - 1];
    }
    const factor = this.#extrapolation(
      window,
      timesMs[from],
      timesMs[last],
      last - from,
      values[from],
      change,
    );
    window.value = change * factor;
    this.#noteName();
    return FLOAT;
  }

  /** By what to multiply the change between the first and the last sample. */
  #extrapolation(
    window: RangeWindow,
    firstMs: number,
    lastMs: number,
    intervals: number,
    first: number,
    change: number,
  ): number {
    const sampledSeconds = (lastMs - firstMs) / 1000;
    const averageSeconds = sampledSeconds / intervals;
    const threshold = averageSeconds * 1.1;
    let toStart = (firstMs - window.startMs) / 1000;
    let toEnd = (window.endMs - lastMs) / 1000;
    if (toStart >= threshold) toStart = averageSeconds / 2;
    if (this.#flavour.counter && change > 0 && first >= 0) {
      const toZero = sampledSeconds * (first / change);
      if (toZero < toStart) toStart = toZero;
    }
    if (toEnd >= threshold) toEnd = averageSeconds / 2;
    const factor = (sampledSeconds + toStart + toEnd) / sampledSeconds;
    return this.#flavour.perSecond ? factor / (this.#call.rangeMs / 1000) : factor;
  }

  #withHistograms(window: RangeWindow): Presence {
    if (window.count > 0) {
      this.#annotations.mixed();
      return ABSENT;
    }
    if (window.histogramCount < 2) return ABSENT;
    const { histogramFrom, histogramTo, series } = window;
    const histograms = series.histograms.slice(histogramFrom, histogramTo);
    const increase = histogramIncrease(histograms, this.#flavour.counter, this.#annotations);
    if (increase === undefined) return ABSENT;
    const times = series.histogramTimesMs;
    const factor = this.#extrapolation(
      window,
      times[histogramFrom],
      times[histogramTo - 1],
      histograms.length - 1,
      histograms[0].count,
      increase.count,
    );
    window.histogram = scaledIncrease(increase, factor);
    return HISTOGRAM;
  }

  #noteName(): void {
    if (this.#flavour.counter) this.#annotations.maybeNoCounter();
  }
}

/** The difference of the last two samples. */
class InstantRate implements SeriesFunction {
  readonly #perSecond: boolean;
  readonly #annotations: RangeAnnotations;

  constructor(call: RangeCall, perSecond: boolean) {
    this.#perSecond = perSecond;
    this.#annotations = rangeAnnotations(call);
  }

  at(window: RangeWindow): Presence {
    const { from, to, histogramFrom, histogramTo } = window;
    const { values, timesMs, histograms, histogramTimesMs } = window.series;
    if (histogramTo === histogramFrom) {
      if (to - from < 2) return ABSENT;
      const last = values[to - 1];
      const before = values[to - 2];
      const seconds = (timesMs[to - 1] - timesMs[to - 2]) / 1000;
      const change = this.#perSecond && last < before ? last : last - before;
      window.value = this.#perSecond ? change / seconds : change;
      return FLOAT;
    }
    if (histogramTo - histogramFrom + to - from < 2) return ABSENT;
    const secondLastMs = histogramTimesMs[histogramTo - 2] ?? Number.NEGATIVE_INFINITY;
    if (histogramTo - histogramFrom < 2 || (to > from && timesMs[to - 1] > secondLastMs)) {
      if (to - from >= 2 && timesMs[to - 2] > histogramTimesMs[histogramTo - 1]) {
        return this.#floatsOnly(window);
      }
      this.#annotations.mixed();
      return ABSENT;
    }
    const pair = histograms.slice(histogramTo - 2, histogramTo);
    const increase = histogramIncrease(pair, this.#perSecond, this.#annotations);
    if (increase === undefined) return ABSENT;
    const seconds = (histogramTimesMs[histogramTo - 1] - secondLastMs) / 1000;
    window.histogram = this.#perSecond ? scaledIncrease(increase, seconds, 'divide') : increase;
    return HISTOGRAM;
  }

  #floatsOnly(window: RangeWindow): Presence {
    const { histogramFrom, histogramTo } = window;
    window.histogramTo = histogramFrom;
    const result = this.at(window);
    window.histogramTo = histogramTo;
    return result;
  }
}

function extrapolated(name: string, doc: string, flavour: Flavour): FunctionEntry {
  return {
    name,
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc,
    implementation: {
      kind: 'range',
      create: (call) =>
        call.edges === undefined ? new ExtrapolatedRate(call, flavour) : edgedRate(call, flavour),
    },
  };
}

function instant(name: string, doc: string, perSecond: boolean): FunctionEntry {
  return {
    name,
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc,
    implementation: { kind: 'range', create: (call) => new InstantRate(call, perSecond) },
  };
}

/** How fast counters grow and gauges change. */
export const rateFunctions: readonly FunctionEntry[] = [
  extrapolated('rate', 'Increase of a counter per second.', { counter: true, perSecond: true }),
  extrapolated('increase', 'Increase of a counter over the range.', { counter: true, perSecond: false }),
  extrapolated('delta', 'Change of a gauge over the range.', { counter: false, perSecond: false }),
  instant('irate', 'Increase per second between the last two samples.', true),
  instant('idelta', 'Change between the last two samples.', false),
];
