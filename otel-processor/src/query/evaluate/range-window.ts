import type { Histogram } from '../../model/index.ts';
import { SampleSeries } from './samples.ts';

/**
 * The samples of one series in a range (startMs, endMs], as index ranges into its columns, and the place where
 * a range function leaves its result. One object per call, moved along.
 */
export class RangeWindow {
  readonly series = new SampleSeries();
  /** Floats: [from, to). */
  from = 0;
  to = 0;
  /** Histograms: [histogramFrom, histogramTo). */
  histogramFrom = 0;
  histogramTo = 0;
  startMs = 0;
  endMs = 0;
  /** The step's own time, which offset and `@` do not move. */
  evaluationMs = 0;
  value = 0;
  histogram: Histogram | undefined;

  /** Number of floats. */
  get count(): number {
    return this.to - this.from;
  }

  get histogramCount(): number {
    return this.histogramTo - this.histogramFrom;
  }

  restart(): void {
    this.from = 0;
    this.to = 0;
    this.histogramFrom = 0;
    this.histogramTo = 0;
  }

  /** Moves to (startMs - before, endMs + after]; ends never go back within a series. */
  moveTo(startMs: number, endMs: number, beforeMs: number, afterMs: number): void {
    this.startMs = startMs;
    this.endMs = endMs;
    const { count, timesMs, histogramTimesMs } = this.series;
    const firstMs = startMs - beforeMs;
    const lastMs = endMs + afterMs;
    let { from, to } = this;
    while (to < count && timesMs[to] <= lastMs) to++;
    while (from < to && timesMs[from] <= firstMs) from++;
    this.from = from;
    this.to = to;
    const histogramCount = histogramTimesMs.length;
    if (histogramCount === 0) return;
    while (this.histogramTo < histogramCount && histogramTimesMs[this.histogramTo] <= lastMs)
      this.histogramTo++;
    while (this.histogramFrom < this.histogramTo && histogramTimesMs[this.histogramFrom] <= firstMs) {
      this.histogramFrom++;
    }
  }
}
