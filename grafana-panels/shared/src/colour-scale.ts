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
  /** The level of every value at once; 0 for those that are hidden. */
  fillLevels(values: Float64Array, levels: Uint8Array, hidden: Hidden): void;
}

/** Values that have no colour: those up to `upTo`, and those from `from` on. NaN: there is no such limit. */
export interface Hidden {
  readonly upTo: number;
  readonly from: number;
}

const nothing: Hidden = { upTo: Number.NaN, from: Number.NaN };

export interface ColourScaleSettings {
  readonly kind: ColourScaleKind;
  readonly levels: number;
  /** Values outside take the colour of the end. */
  readonly min?: number;
  readonly max?: number;
  /** These decide neither where the scale starts nor where it ends. */
  readonly hidden?: Hidden;
}

/** Quantiles are taken from at most this many values, evenly spread: their rank error is below 1 in 256. */
const quantileSampleCountMax = 16_384;

export function colourScale(values: Float64Array, settings: ColourScaleSettings): ColourScale {
  const { kind, levels, hidden = nothing } = settings;
  const extent = extentOf(values, kind === 'log', hidden);
  let low = settings.min ?? extent[0];
  let high = settings.max ?? extent[1];
  if (kind === 'log' && !(low > 0)) low = extent[0];
  if (!(high > low)) {
    // One value, or limits the wrong way round: everything is at the top.
    high = Math.max(low, high);
    low = kind === 'log' ? high / 10 : Math.min(0, high - 1);
  }
  if (kind === 'quantile') return quantileScale(values, levels, [low, high], hidden);
  return formulaScale(kind, levels, low, high);
}

function formulaScale(
  kind: 'linear' | 'log' | 'sqrt',
  levels: number,
  low: number,
  high: number,
): ColourScale {
  const forward = kind === 'log' ? Math.log : kind === 'sqrt' ? Math.sqrt : identity;
  const inverse = kind === 'log' ? Math.exp : kind === 'sqrt' ? square : identity;
  // Square roots start where the scale starts, so that negative limits have one too.
  const shift = kind === 'sqrt' ? low : 0;
  const start = forward(low - shift);
  const span = forward(high - shift) - start;
  const factor = (levels - 1) / span;
  const levelOf = (value: number): number => {
    if (Number.isNaN(value)) return 0;
    if (value <= low) return 1;
    if (value >= high) return levels;
    return 1 + Math.round((forward(value - shift) - start) * factor);
  };
  return {
    kind,
    levels,
    low,
    high,
    levelOf,
    valueAt: (part) => inverse(start + part * span) + shift,
    fillLevels(values, filled, hidden) {
      if (kind === 'sqrt') {
        fillByOne(levelOf, values, filled, hidden);
        return;
      }
      // The same as levelOf, without a call for each of hundreds of thousands of values.
      const { upTo, from } = hidden;
      const isLog = kind === 'log';
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (Number.isNaN(value) || value <= upTo || value >= from) filled[i] = 0;
        else if (value <= low) filled[i] = 1;
        else if (value >= high) filled[i] = levels;
        else filled[i] = 1.5 + ((isLog ? Math.log(value) : value) - start) * factor;
      }
    },
  };
}

function fillByOne(
  levelOf: (value: number) => number,
  values: Float64Array,
  levels: Uint8Array,
  { upTo, from }: Hidden,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    levels[i] = value <= upTo || value >= from ? 0 : levelOf(value);
  }
}

const identity = (value: number): number => value;
const square = (value: number): number => value * value;

function extentOf(
  values: Float64Array,
  positiveOnly: boolean,
  { upTo, from }: Hidden,
): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const least = positiveOnly ? 0 : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value <= upTo || value >= from || !(value > least) || value === Number.POSITIVE_INFINITY) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high >= low ? [low, high] : positiveOnly ? [0.1, 1] : [0, 1];
}

function quantileScale(
  values: Float64Array,
  levels: number,
  [low, high]: readonly [number, number],
  { upTo, from }: Hidden,
): ColourScale {
  const step = Math.max(1, Math.floor(values.length / quantileSampleCountMax));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    const value = values[i];
    if (value >= low && value <= high && !(value <= upTo || value >= from)) sample.push(value);
  }
  const sorted = Float64Array.from(sample).sort();
  const bounds = new Float64Array(levels - 1);
  for (let i = 0; i < bounds.length; i++) bounds[i] = quantileOf(sorted, (i + 1) / levels, low);
  const levelOf = (value: number): number => {
    if (Number.isNaN(value)) return 0;
    let below = 0;
    let above = bounds.length;
    while (below < above) {
      const middle = (below + above) >> 1;
      if (bounds[middle] < value) below = middle + 1;
      else above = middle;
    }
    return below + 1;
  };
  return {
    kind: 'quantile',
    levels,
    low,
    high,
    levelOf,
    valueAt: (part) => quantileOf(sorted, part, low),
    fillLevels: (all, filled, hidden) => fillByOne(levelOf, all, filled, hidden),
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

/** A value, or values within bounds that are its own, that has a colour whatever the steps say. */
export interface OwnLevel {
  /** Both are included. */
  readonly from: number;
  readonly to: number;
}

/**
 * Levels by steps: a value takes the level of the last step that is at most it. Steps ascend. Values with a level of
 * their own take those after the steps, in the order given.
 */
export function steppedScale(steps: readonly number[], own: readonly OwnLevel[] = []): ColourScale {
  const low = steps.find((step) => Number.isFinite(step)) ?? 0;
  const high = steps.at(-1) ?? 1;
  const levelOf = (value: number): number => {
    if (Number.isNaN(value)) return 0;
    for (let i = 0; i < own.length; i++) {
      if (value >= own[i].from && value <= own[i].to) return steps.length + 1 + i;
    }
    if (steps.length === 0) return 0;
    let level = 1;
    while (level < steps.length && steps[level] <= value) level += 1;
    return level;
  };
  return {
    kind: 'linear',
    levels: steps.length + own.length,
    low,
    high,
    levelOf,
    valueAt: (part) => steps[Math.min(steps.length - 1, Math.floor(part * steps.length))],
    fillLevels: (values, levels, hidden) => fillByOne(levelOf, values, levels, hidden),
  };
}
