import type { ByteReader, ByteWriter } from '../base/index.ts';
import { KEPT_LEVELS } from './issued-forecasts.ts';
import type { ForecastModel } from './types.ts';

/** Points of the mean that are kept; longer horizons are kept more coarsely. */
const POINTS_MAX = 1024;
/** Points of the horizon at which widths are kept. */
const ANCHORS = 9;

/** What is kept of a fit: its mean, and the widths of its intervals at some levels and distances. */
export class KeptPath {
  readonly steps: number;
  readonly range: { readonly min: number; readonly max: number };
  readonly #stride: number;
  readonly #mean: Float32Array;
  /** [anchor][level]. */
  readonly #widths: Float32Array;
  readonly #scratch = new Float64Array(KEPT_LEVELS.length);

  constructor(
    steps: number,
    range: { min: number; max: number },
    stride: number,
    mean: Float32Array,
    widths: Float32Array,
  ) {
    this.steps = steps;
    this.range = range;
    this.#stride = stride;
    this.#mean = mean;
    this.#widths = widths;
  }

  static of(model: ForecastModel, steps: number): KeptPath {
    const { mean, lower, upper } = model.predict(steps, KEPT_LEVELS);
    const stride = Math.ceil(steps / POINTS_MAX);
    const points = Float32Array.from({ length: Math.ceil((steps - 1) / stride) + 1 }, (_, i) => {
      return mean[Math.min(steps - 1, i * stride)];
    });
    const widths = new Float32Array(ANCHORS * KEPT_LEVELS.length);
    for (let anchor = 0; anchor < ANCHORS; anchor++) {
      const h = Math.round((anchor * (steps - 1)) / (ANCHORS - 1));
      for (let level = 0; level < KEPT_LEVELS.length; level++) {
        // One side may have been cut off at a bound: the other tells the width.
        const width = Math.max(mean[h] - lower[level][h], upper[level][h] - mean[h]);
        widths[anchor * KEPT_LEVELS.length + level] = width;
      }
    }
    return new KeptPath(steps, model.range, stride, points, widths);
  }

  static decode(reader: ByteReader): KeptPath {
    const steps = reader.uvarint();
    const range = { min: reader.float64(), max: reader.float64() };
    const stride = reader.uvarint();
    const mean = Float32Array.from({ length: reader.uvarint() }, () => reader.float64());
    const widths = Float32Array.from({ length: ANCHORS * KEPT_LEVELS.length }, () => reader.float64());
    return new KeptPath(steps, range, stride, mean, widths);
  }

  get sizeBytes(): number {
    return 100 + this.#mean.byteLength + this.#widths.byteLength;
  }

  mean(step: number): number {
    const position = step / this.#stride;
    const index = Math.min(Math.floor(position), this.#mean.length - 1);
    const low = this.#mean[index];
    if (position === index) return low;
    return low + (this.#mean[Math.min(index + 1, this.#mean.length - 1)] - low) * (position - index);
  }

  /** By kept level, at `h` steps from an origin. */
  widths(h: number, into: Float64Array): void {
    const position = this.steps === 1 ? 0 : (h * (ANCHORS - 1)) / (this.steps - 1);
    const anchor = Math.min(Math.floor(position), ANCHORS - 2);
    const share = position - anchor;
    for (let level = 0; level < KEPT_LEVELS.length; level++) {
      const at = anchor * KEPT_LEVELS.length + level;
      into[level] = this.#widths[at] * (1 - share) + this.#widths[at + KEPT_LEVELS.length] * share;
    }
  }

  /** At any level: between kept ones by the logarithm of what is left outside; `multipliers` by kept level. */
  width(h: number, level: number, multipliers: Float64Array): number {
    const widths = this.#scratch;
    this.widths(h, widths);
    for (let i = 0; i < widths.length; i++) {
      widths[i] *= multipliers[i];
      // A higher level is never the narrower one.
      if (i > 0) widths[i] = Math.max(widths[i], widths[i - 1]);
    }
    const outside = Math.log(1 - level);
    let before = 0;
    let widthBefore = 0;
    for (let i = 0; i < widths.length; i++) {
      const here = Math.log(1 - KEPT_LEVELS[i]);
      if (level <= KEPT_LEVELS[i] || i === widths.length - 1) {
        return widthBefore + ((widths[i] - widthBefore) * (outside - before)) / (here - before);
      }
      before = here;
      widthBefore = widths[i];
    }
    return Number.NaN;
  }

  encode(writer: ByteWriter): void {
    writer.uvarint(this.steps);
    writer.float64(this.range.min);
    writer.float64(this.range.max);
    writer.uvarint(this.#stride);
    writer.uvarint(this.#mean.length);
    for (const value of this.#mean) writer.float64(value);
    for (const width of this.#widths) writer.float64(width);
  }
}
