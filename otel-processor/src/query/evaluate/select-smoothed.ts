import { type Histogram, LabelSet } from '../../model/index.ts';
import { added, detectReset, scaled, subtracted, usesCustomBuckets } from '../histogram/index.ts';
import type { VectorSelector } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import { type LookTimes, lookTimes, readSeries } from './look.ts';
import { RangeWindow } from './range-window.ts';
import { ABSENT, createRow, FLOAT, putHistogram, type Row, type RowSink } from './row.ts';
import type { Steps } from './steps.ts';

/**
 * `selector smoothed`: the value on the straight line between the samples before and after each step, both
 * within the lookback; the one before where none comes after.
 */
export async function produceSmoothedSelector(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
  sink: RowSink,
): Promise<void> {
  const look = lookTimes(evaluation, selector, steps);
  const { lookbackMs } = evaluation.settings;
  const fromMs = look.startMs - lookbackMs + 1;
  const toMs = look.startMs + (steps.count - 1) * look.stepMs + lookbackMs;
  const hints = { stepMs: steps.stepMs, rangeMs: 0 };
  const row = createRow(LabelSet.empty, steps.count);
  const window = new RangeWindow();
  await readSeries(evaluation, selector, fromMs, toMs, hints, ({ labels }, buffer) => {
    window.series.assign(buffer);
    row.labels = labels;
    row.dropName = false;
    row.histograms = undefined;
    if (new Smoothing(evaluation, selector, window).fill(row, look)) sink(row);
  });
}

class Smoothing {
  readonly #evaluation: Evaluation;
  readonly #selector: VectorSelector;
  readonly #window: RangeWindow;

  constructor(evaluation: Evaluation, selector: VectorSelector, window: RangeWindow) {
    this.#evaluation = evaluation;
    this.#selector = selector;
    this.#window = window;
  }

  fill(row: Row, look: LookTimes): boolean {
    const { lookbackMs } = this.#evaluation.settings;
    const window = this.#window;
    window.restart();
    let any = false;
    for (let step = 0; step < row.presence.length; step++) {
      const timeMs = look.startMs + step * look.stepMs;
      window.moveTo(timeMs, timeMs, lookbackMs, lookbackMs);
      row.presence[step] = ABSENT;
      if (window.count > 0 && window.histogramCount > 0) {
        this.#warn('encountered a mix of histograms and floats', row);
      } else if (window.count > 0) {
        const value = this.#float(timeMs);
        if (value === undefined) continue;
        row.values[step] = value;
        row.presence[step] = FLOAT;
      } else if (window.histogramCount > 0) {
        const histogram = this.#histogram(timeMs, row);
        if (histogram !== undefined) putHistogram(row, step, histogram);
      }
      if (row.presence[step] !== ABSENT) any = true;
    }
    return any;
  }

  #warn(what: string, row: Row): void {
    const name = row.labels.metricName;
    const suffix = name === undefined ? '' : ` for metric name ${JSON.stringify(name)}`;
    this.#evaluation.warn(what + suffix, this.#selector.span);
  }

  #float(timeMs: number): number | undefined {
    const { series, from, to } = this.#window;
    const before = lastAtOrBefore(series.timesMs, from, to, timeMs);
    if (before < from) return undefined;
    const value = series.values[before];
    if (series.timesMs[before] === timeMs || before + 1 >= to) return value;
    return value + (series.values[before + 1] - value) * share(series.timesMs, before, timeMs);
  }

  #histogram(timeMs: number, row: Row): Histogram | undefined {
    const { series, histogramFrom, histogramTo } = this.#window;
    const { histograms, histogramTimesMs: times } = series;
    const at = lastAtOrBefore(times, histogramFrom, histogramTo, timeMs);
    if (at < histogramFrom) return undefined;
    const before = histograms[at];
    if (times[at] === timeMs || at + 1 >= histogramTo) return before;
    const after = histograms[at + 1];
    const fraction = share(times, at, timeMs);
    const isCounter = before.counterResetHint !== 'gauge' && after.counterResetHint !== 'gauge';
    // A counter that was reset in between started again from nothing.
    const sameKind = usesCustomBuckets(before) === usesCustomBuckets(after);
    if (isCounter && sameKind && detectReset(after, before)) return scaled(after, fraction);
    const difference = subtracted(after, before);
    const sum = difference === undefined ? undefined : added(scaled(difference.histogram, fraction), before);
    if (difference === undefined || sum === undefined) {
      this.#warn('vector contains a mix of histograms with exponential and custom buckets schemas', row);
      return undefined;
    }
    if (difference.boundsReconciled) {
      this.#evaluation.info(
        'mismatched custom buckets were reconciled during subtraction',
        this.#selector.span,
      );
    }
    return { ...sum.histogram, counterResetHint: 'gauge' };
  }
}

function lastAtOrBefore(timesMs: ArrayLike<number>, from: number, to: number, timeMs: number): number {
  let at = to - 1;
  while (at >= from && timesMs[at] > timeMs) at--;
  return at;
}

/** How far `timeMs` lies on the way from sample `at` to the next. */
function share(timesMs: ArrayLike<number>, at: number, timeMs: number): number {
  return (timeMs - timesMs[at]) / (timesMs[at + 1] - timesMs[at]);
}
