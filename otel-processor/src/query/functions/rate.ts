import type { RangeWindow } from '../evaluate/range-window.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Presence } from '../evaluate/row.ts';
import { added, scaled } from '../histogram/index.ts';
import { type RangeAnnotations, rangeAnnotations } from './annotations.ts';
import { extrapolation, extrapolationFrom } from './extrapolation.ts';
import type { FunctionEntry, RangeCall, SeriesFunction } from './function-entry.ts';
import { edgedRate } from './rate-edges.ts';
import { histogramIncrease } from './rate-histogram.ts';
import { startOverlaps, startsAnew } from './start-times.ts';

interface Flavour {
  /** Counters go up, except at resets; gauges go anywhere. */
  readonly counter: boolean;
  readonly perSecond: boolean;
}

/** The change over a range, extrapolated to its ends. */
class ExtrapolatedRate implements SeriesFunction {
  readonly #rangeSeconds: number;
  readonly #flavour: Flavour;
  readonly #annotations: RangeAnnotations;
  /** Indexes of floats that are smaller than the one before. */
  #resets: number[] = [];
  /** The first of `#resets` after the window's first sample. */
  #nextReset = 0;
  #nameChecked = false;

  constructor(call: RangeCall, flavour: Flavour) {
    this.#rangeSeconds = call.rangeMs / 1000;
    this.#flavour = flavour;
    this.#annotations = rangeAnnotations(call);
  }

  begin(window: RangeWindow): void {
    const { values, count, timesMs, startsMs } = window.series;
    if (this.#resets.length > 0) this.#resets = [];
    this.#nextReset = 0;
    this.#nameChecked = !this.#flavour.counter;
    if (!this.#flavour.counter) return;
    for (let i = 1; i < count; i++) if (values[i] < values[i - 1]) this.#resets.push(i);
    if (startsMs === undefined) return;
    this.#resets = [];
    for (let i = 1; i < count; i++) {
      const anew = startsAnew(startsMs[i - 1], timesMs[i - 1], startsMs[i], timesMs[i]);
      if (anew || values[i] < values[i - 1]) this.#resets.push(i);
    }
  }

  /** Kept small, so that it and what it calls become one piece of machine code: it runs once per series and step. */
  at(window: RangeWindow): Presence {
    if (window.histogramTo > window.histogramFrom) return this.#withHistograms(window);
    const { from, to, series } = window;
    if (series.startsMs !== undefined) return this.#withStarts(window, series.startsMs);
    const last = to - 1;
    if (last <= from) return ABSENT;
    const { values, timesMs } = series;
    let change = values[last] - values[from];
    if (this.#resets.length > 0) change += this.#lostInResets(values, from, last);
    const { counter, perSecond } = this.#flavour;
    const factor = extrapolation(
      window,
      timesMs[from],
      timesMs[last],
      last - from,
      counter,
      values[from],
      change,
    );
    window.value = change * (perSecond ? factor / this.#rangeSeconds : factor);
    if (!this.#nameChecked) this.#noteName();
    return FLOAT;
  }

  /** What the resets after sample `from` and up to `last` took away. */
  #lostInResets(values: Float64Array, from: number, last: number): number {
    const resets = this.#resets;
    let lost = 0;
    while (this.#nextReset < resets.length && resets[this.#nextReset] <= from) this.#nextReset++;
    for (let i = this.#nextReset; i < resets.length && resets[i] <= last; i++) lost += values[resets[i] - 1];
    return lost;
  }

  #withStarts(window: RangeWindow, startsMs: Float64Array): Presence {
    const { from, to } = window;
    const last = to - 1;
    const { values, timesMs } = window.series;
    const startMs = this.#startWithin(window, startsMs[from], timesMs[from]);
    if (last <= from && startMs === undefined) return ABSENT;
    let change = values[last] - values[from] + this.#lostInResets(values, from, last);
    if (this.#flavour.counter) this.#noteOverlaps(startsMs, timesMs, from, to);
    let factor: number;
    if (startMs === undefined) {
      const { counter } = this.#flavour;
      factor = extrapolation(
        window,
        timesMs[from],
        timesMs[last],
        last - from,
        counter,
        values[from],
        change,
      );
    } else {
      factor = extrapolationFrom(window, startMs, timesMs[from], timesMs[last], last - from);
      change += values[from];
    }
    window.value = change * this.#perSecond(factor);
    if (!this.#nameChecked) this.#noteName();
    return FLOAT;
  }

  /** The start time of the first sample where the counter is known to have been zero inside the range. */
  #startWithin(window: RangeWindow, startMs: number, firstMs: number): number | undefined {
    if (!this.#flavour.counter || startMs === 0) return undefined;
    return startMs > window.startMs && startMs < firstMs ? startMs : undefined;
  }

  #noteOverlaps(startsMs: ArrayLike<number>, timesMs: ArrayLike<number>, from: number, to: number): void {
    for (let i = from + 1; i < to; i++) {
      if (!startOverlaps(startsMs[i - 1], timesMs[i - 1], startsMs[i])) continue;
      this.#annotations.startOverlap();
      return;
    }
  }

  #perSecond(factor: number): number {
    return this.#flavour.perSecond ? factor / this.#rangeSeconds : factor;
  }

  #withHistograms(window: RangeWindow): Presence {
    if (window.count > 0) {
      this.#annotations.mixed();
      return ABSENT;
    }
    const { histogramFrom: from, histogramTo: to, series } = window;
    const { histogramTimesMs: times, histogramStartsMs: starts } = series;
    const startMs = starts === undefined ? undefined : this.#startWithin(window, starts[from], times[from]);
    const histograms = series.histograms.slice(from, to);
    if (histograms.length < 2) {
      if (startMs === undefined) return ABSENT;
      const factor = extrapolationFrom(window, startMs, times[from], times[from], 0);
      window.histogram = scaled(histograms[0], this.#perSecond(factor));
      return HISTOGRAM;
    }
    const anew = starts === undefined ? undefined : anewAt(starts, times, from, to);
    const increase = histogramIncrease(histograms, this.#flavour.counter, this.#annotations, anew);
    if (increase === undefined) return ABSENT;
    if (starts !== undefined && this.#flavour.counter) this.#noteOverlaps(starts, times, from, to);
    const intervals = histograms.length - 1;
    if (startMs === undefined) {
      const { counter } = this.#flavour;
      const first = histograms[0].count;
      const factor = extrapolation(
        window,
        times[from],
        times[to - 1],
        intervals,
        counter,
        first,
        increase.count,
      );
      window.histogram = scaled(increase, this.#perSecond(factor));
      return HISTOGRAM;
    }
    const whole = added(increase, histograms[0]);
    if (whole === undefined) {
      this.#annotations.mixedBuckets();
      return ABSENT;
    }
    const factor = extrapolationFrom(window, startMs, times[from], times[to - 1], intervals);
    window.histogram = { ...scaled(whole.histogram, this.#perSecond(factor)), counterResetHint: 'gauge' };
    return HISTOGRAM;
  }

  #noteName(): void {
    this.#nameChecked = true;
    this.#annotations.maybeNoCounter();
  }
}

/** Which of the histograms [from, to) began anew by their start times; by position from `from`. */
function anewAt(
  starts: readonly number[],
  times: readonly number[],
  from: number,
  to: number,
): readonly boolean[] {
  const anew = [false];
  for (let i = from + 1; i < to; i++) anew.push(startsAnew(starts[i - 1], times[i - 1], starts[i], times[i]));
  return anew;
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
    const { values, timesMs, startsMs, histograms, histogramTimesMs, histogramStartsMs } = window.series;
    if (histogramTo === histogramFrom) {
      if (to - from < 2) return ABSENT;
      const last = values[to - 1];
      const before = values[to - 2];
      const seconds = (timesMs[to - 1] - timesMs[to - 2]) / 1000;
      const anew =
        startsMs !== undefined &&
        startsAnew(startsMs[to - 2], timesMs[to - 2], startsMs[to - 1], timesMs[to - 1]);
      const change = this.#perSecond && (anew || last < before) ? last : last - before;
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
    const anew =
      histogramStartsMs === undefined
        ? undefined
        : anewAt(histogramStartsMs, histogramTimesMs, histogramTo - 2, histogramTo);
    const increase = histogramIncrease(pair, this.#perSecond, this.#annotations, anew);
    if (increase === undefined) return ABSENT;
    const seconds = (histogramTimesMs[histogramTo - 1] - secondLastMs) / 1000;
    window.histogram = this.#perSecond ? scaled(increase, seconds, 'divide') : increase;
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
