export type ColourScaleKind = 'linear' | 'log' | 'sqrt' | 'quantile';

/** From a value to one of `levels` colours, 1-based: 0 stands for no colour. */
export interface ColourScale {
  readonly kind: ColourScaleKind;
  readonly levels: number;
  readonly low: number;
  readonly high: number;
  levelOf(value: number): number;
  /** The value at this part, in [0, 1], of the scale. */
  valueAt(part: number): number;
}

export interface ColourScaleSettings {
  readonly kind: ColourScaleKind;
  readonly levels: number;
  /** Values outside take the colour of the end. */
  readonly min?: number;
  readonly max?: number;
}

/** Quantiles are taken from at most this many values, evenly spread: their rank error is below 1 in 256. */
const quantileSampleCountMax = 16_384;

export function colourScale(values: Float64Array, settings: ColourScaleSettings): ColourScale {
  const { kind, levels } = settings;
  const extent = extentOf(values, kind === 'log');
  let low = settings.min ?? extent[0];
  let high = settings.max ?? extent[1];
  if (kind === 'log' && !(low > 0)) low = extent[0];
  if (!(high > low)) {
    // One value, or limits the wrong way round: everything is at the top.
    high = Math.max(low, high);
    low = kind === 'log' ? high / 10 : Math.min(0, high - 1);
  }
  if (kind === 'quantile') return quantileScale(values, levels, low, high);
  const forward = kind === 'log' ? Math.log : kind === 'sqrt' ? Math.sqrt : identity;
  const inverse = kind === 'log' ? Math.exp : kind === 'sqrt' ? square : identity;
  // Square roots start where the scale starts, so that negative limits have one too.
  const shift = kind === 'sqrt' ? low : 0;
  const start = forward(low - shift);
  const span = forward(high - shift) - start;
  const factor = (levels - 1) / span;
  return {
    kind,
    levels,
    low,
    high,
    levelOf(value) {
      if (Number.isNaN(value)) return 0;
      if (value <= low) return 1;
      if (value >= high) return levels;
      return 1 + Math.round((forward(value - shift) - start) * factor);
    },
    valueAt: (part) => inverse(start + part * span) + shift,
  };
}

const identity = (value: number): number => value;
const square = (value: number): number => value * value;

function extentOf(values: Float64Array, positiveOnly: boolean): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === Number.POSITIVE_INFINITY || (positiveOnly && !(value > 0))) continue;
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high) high = value;
  }
  return high >= low ? [low, high] : positiveOnly ? [0.1, 1] : [0, 1];
}

function quantileScale(values: Float64Array, levels: number, low: number, high: number): ColourScale {
  const step = Math.max(1, Math.floor(values.length / quantileSampleCountMax));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    const value = values[i];
    if (value >= low && value <= high) sample.push(value);
  }
  const sorted = Float64Array.from(sample).sort();
  const bounds = new Float64Array(levels - 1);
  for (let i = 0; i < bounds.length; i++) bounds[i] = quantileOf(sorted, (i + 1) / levels, low);
  return {
    kind: 'quantile',
    levels,
    low,
    high,
    levelOf(value) {
      if (Number.isNaN(value)) return 0;
      let from = 0;
      let to = bounds.length;
      while (from < to) {
        const middle = (from + to) >> 1;
        if (bounds[middle] < value) from = middle + 1;
        else to = middle;
      }
      return from + 1;
    },
    valueAt: (part) => quantileOf(sorted, part, low),
  };
}

/** Linear interpolation. */
function quantileOf(sorted: Float64Array, q: number, whenEmpty: number): number {
  if (sorted.length === 0) return whenEmpty;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** Levels by steps: a value takes the level of the last step that is at most it. Steps ascend. */
export function steppedScale(steps: readonly number[]): ColourScale {
  const low = steps.find((step) => Number.isFinite(step)) ?? 0;
  const high = steps.at(-1) ?? 1;
  return {
    kind: 'linear',
    levels: steps.length,
    low,
    high,
    levelOf(value) {
      if (Number.isNaN(value)) return 0;
      let level = 1;
      while (level < steps.length && steps[level] <= value) level += 1;
      return level;
    },
    valueAt: (part) => steps[Math.min(steps.length - 1, Math.floor(part * steps.length))],
  };
}
