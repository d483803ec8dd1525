import type { RangeWindow } from '../evaluate/range-window.ts';
import { ABSENT, FLOAT, type Presence } from '../evaluate/row.ts';
import { rangeAnnotations } from './annotations.ts';
import type { RangeCall, SeriesFunction } from './function-entry.ts';

/**
 * Smallest or largest float of a sliding window in constant amortised time: a queue keeps the indexes of
 * those that may still become the extreme, best first ("ascending minima", Harter 2001). NaN only when alone.
 */
export function slidingExtreme(which: 'min' | 'max'): (call: RangeCall) => SeriesFunction {
  const sign = which === 'min' ? 1 : -1;
  return (call) => {
    const annotations = rangeAnnotations(call);
    let queue = new Uint32Array(64);
    let head = 0;
    let tail = 0;
    let seenTo = 0;
    const push = (values: Float64Array, index: number): void => {
      const value = values[index] * sign;
      if (Number.isNaN(value)) return;
      while (tail > head && values[queue[tail - 1]] * sign >= value) tail--;
      if (tail === queue.length) {
        const live = queue.slice(head, tail);
        queue = new Uint32Array(Math.max(64, live.length * 2));
        queue.set(live);
        head = 0;
        tail = live.length;
      }
      queue[tail++] = index;
    };
    return {
      begin() {
        head = 0;
        tail = 0;
        seenTo = 0;
      },
      at(window: RangeWindow): Presence {
        const { from, to, series } = window;
        if (to === from) return ABSENT;
        if (window.histogramTo > window.histogramFrom) annotations.ignoredHistograms();
        for (let i = Math.max(seenTo, from); i < to; i++) push(series.values, i);
        seenTo = Math.max(seenTo, to);
        while (head < tail && queue[head] < from) head++;
        window.value = head < tail ? series.values[queue[head]] : Number.NaN;
        return FLOAT;
      },
    };
  };
}
