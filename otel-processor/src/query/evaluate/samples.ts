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
  histogramTimesMs: number[] = [];
  histograms: Histogram[] = [];

  /** Takes over what `buffer` holds; shares its columns, and removes markers from them in place. */
  assign(buffer: SampleBuffer): void {
    const { count, timestampsMs, values, words, histograms } = buffer;
    this.timesMs = timestampsMs;
    this.values = values;
    if (this.histograms.length > 0) {
      this.histogramTimesMs = [];
      this.histograms = [];
    }
    let end = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (Number.isNaN(value) && isStale(words, i)) continue;
      const histogram = histograms?.get(i);
      if (histogram !== undefined) {
        this.histogramTimesMs.push(timestampsMs[i]);
        this.histograms.push(histogram);
        continue;
      }
      if (end !== i) {
        timestampsMs[end] = timestampsMs[i];
        values[end] = value;
      }
      end += 1;
    }
    this.count = end;
  }
}
