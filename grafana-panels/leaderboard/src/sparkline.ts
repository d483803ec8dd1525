import type { Trend } from './entry.ts';

export interface SparkBox {
  /** The time that the whole width stands for: lines of all rows are aligned. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
  readonly height: number;
}

/** More points than pixels say nothing more. */
const pointsPerPx = 1;

/**
 * The path of a sparkline in SVG's words: lines within stretches that have values, a dot for a value alone. Each pixel
 * keeps its lowest and highest value, so that a spike stays.
 */
export function sparkPath({ timesMs, values }: Trend, box: SparkBox): string {
  const { fromMs: from, toMs: to, width, height } = box;
  const { length } = values;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high >= low)) return '';
  const perMs = to > from ? (width - 2) / (to - from) : 0;
  const perUnit = high > low ? (height - 4) / (high - low) : 0;
  const y = (value: number): string =>
    (high > low ? height - 2 - (value - low) * perUnit : height / 2).toFixed(1);
  const parts: string[] = [];
  let isDrawing = false;
  for (let i = 0; i < length; ) {
    const value = values[i];
    if (value === null || !Number.isFinite(value)) {
      isDrawing = false;
      i += 1;
      continue;
    }
    const pixel = Math.floor((timesMs[i] - from) * perMs * pointsPerPx);
    let [min, max, last] = [value, value, value];
    let end = i + 1;
    for (
      ;
      end < length && Math.floor((timesMs[end] - from) * perMs * pointsPerPx) === pixel && perMs > 0;
      end++
    ) {
      const next = values[end];
      if (next === null || !Number.isFinite(next)) break;
      if (next < min) min = next;
      if (next > max) max = next;
      last = next;
    }
    const x = (1 + (timesMs[i] - from) * perMs).toFixed(1);
    parts.push(`${isDrawing ? 'L' : 'M'}${x} ${y(value)}`);
    if (min < value && min < last) parts.push(`L${x} ${y(min)}`);
    if (max > value && max > last) parts.push(`L${x} ${y(max)}`);
    if (end > i + 1) parts.push(`L${x} ${y(last)}`);
    const next = values[end];
    const isAlone = !isDrawing && (next === undefined || next === null || !Number.isFinite(next));
    if (isAlone) parts.push('h0.01');
    isDrawing = true;
    i = end;
  }
  return parts.join('');
}

/** The newest value at or before this time; NaN where there is none, also where the newest is a gap. */
export function valueAt({ timesMs, values }: Trend, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle] <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? Number.NaN : (values[low - 1] ?? Number.NaN);
}
