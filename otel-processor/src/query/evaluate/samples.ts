import { type Histogram, isStale } from '../../model/index.ts';
import type { SampleBuffer } from '../../store/types.ts';

/**
 * A buffer from a store that knows when each sample's counter began: 0 where it does not. A store that knows
 * nothing of the kind leaves `startTimesMs` alone.
 */
export interface TimedSampleBuffer extends SampleBuffer {
  startTimesMs?: Float64Array | undefined;
}

/** One series' samples without staleness markers, floats and histograms apart, each in time order. */
export class SampleSeries {
  count = 0;
  timesMs: Float64Array = new Float64Array(0);
  values: Float64Array = new Float64Array(0);
  /** When each float's counter began, 0 if unknown; undefined when nothing is known of any. */
  startsMs: Float64Array | undefined;
  histogramTimesMs: number[] = [];
  histograms: Histogram[] = [];
  histogramStartsMs: number[] | undefined;

  /** Takes over what `buffer` holds; shares its columns, and removes markers from them in place. */
  assign(buffer: TimedSampleBuffer): void {
    const { count, timestampsMs, values, words, histograms, startTimesMs } = buffer;
    this.timesMs = timestampsMs;
    this.values = values;
    this.startsMs = startTimesMs;
    if (this.histograms.length > 0) {
      this.histogramTimesMs = [];
      this.histograms = [];
    }
    this.histogramStartsMs = startTimesMs === undefined ? undefined : [];
    let end = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (Number.isNaN(value) && isStale(words, i)) continue;
      const histogram = histograms?.get(i);
      if (histogram !== undefined) {
        this.histogramTimesMs.push(timestampsMs[i]);
        this.histograms.push(histogram);
        this.histogramStartsMs?.push(startTimesMs![i]);
        continue;
      }
      if (end !== i) {
        timestampsMs[end] = timestampsMs[i];
        values[end] = value;
        if (startTimesMs !== undefined) startTimesMs[end] = startTimesMs[i];
      }
      end += 1;
    }
    this.count = end;
  }

  /** Floats and histograms of a calculation, which nothing else is known of. */
  assignCalculated(timesMs: Float64Array, values: Float64Array): void {
    this.timesMs = timesMs;
    this.values = values;
    this.startsMs = undefined;
    this.histogramTimesMs = [];
    this.histograms = [];
    this.histogramStartsMs = undefined;
  }
}
