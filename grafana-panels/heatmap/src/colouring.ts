import { type Field, ThresholdsMode } from '@grafana/data';
import { type ColourScale, colourScale, steppedScale } from '../../shared/src/colour-scale.ts';
import { paletteById, paletteColours, parseColour, type Rgb } from '../../shared/src/palette.ts';
import type { HeatmapGrid } from './grid.ts';
import type { HeatmapOptions } from './options.ts';

export interface Colouring {
  readonly scale: ColourScale;
  /** One per level, from low to high. */
  readonly colours: readonly Rgb[];
  /** Level of every cell, row-major; 0 is not drawn. */
  readonly levels: Uint8Array;
  readonly isStepped: boolean;
}

export interface Paint {
  readonly isDark: boolean;
  /** Grafana's named colours as CSS. */
  colourByName(name: string): string;
}

export function colourGrid(grid: HeatmapGrid, options: HeatmapOptions, paint: Paint): Colouring {
  const shown = shownValues(grid, options);
  const { scale, colours, isStepped } = scaleOf(grid.field, shown, options, paint);
  const levels = new Uint8Array(shown.length);
  for (let i = 0; i < shown.length; i++) levels[i] = scale.levelOf(shown[i]);
  return { scale, colours, levels, isStepped };
}

/** Values with NaN where a cell is hidden. Empty buckets are hidden unless the options say where to start. */
function shownValues({ kind, values }: HeatmapGrid, options: HeatmapOptions): Float64Array {
  const upTo = options.hideUpTo ?? (kind === 'buckets' ? 0 : Number.NEGATIVE_INFINITY);
  const from = options.hideFrom ?? Number.POSITIVE_INFINITY;
  const shown = values.slice();
  for (let i = 0; i < shown.length; i++) {
    const value = shown[i];
    if (value <= upTo || (value >= from && from !== Number.POSITIVE_INFINITY)) shown[i] = Number.NaN;
  }
  return shown;
}

function scaleOf(
  field: Field,
  shown: Float64Array,
  options: HeatmapOptions,
  paint: Paint,
): Pick<Colouring, 'scale' | 'colours' | 'isStepped'> {
  const min = options.colourMin ?? field.config.min ?? undefined;
  const max = options.colourMax ?? field.config.max ?? undefined;
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  if (options.colourBy === 'thresholds' && field.config.thresholds !== undefined) {
    const { mode, steps } = field.config.thresholds;
    const extent = colourScale(shown, { kind: 'linear', levels: 2, ...limits });
    const absolute = (value: number): number =>
      mode === ThresholdsMode.Percentage ? extent.low + (value / 100) * (extent.high - extent.low) : value;
    const scale = steppedScale(steps.map(({ value }) => absolute(value ?? Number.NEGATIVE_INFINITY)));
    const colours = steps.map(
      ({ color }) => parseColour(paint.colourByName(color)) ?? ([128, 128, 128] as const),
    );
    return { scale, colours, isStepped: true };
  }
  const levels = Math.min(255, Math.max(2, Math.round(options.colourLevels)));
  const palette = paletteById(
    options.scheme === 'auto' ? (paint.isDark ? 'cividis' : 'blues') : options.scheme,
  );
  // What is low is to be close to the background, so that little looks like little.
  const darkIsLow = options.schemeOrder === 'dark-low' || (options.schemeOrder === 'auto' && paint.isDark);
  const colours = paletteColours(palette, levels, !palette.diverging && !darkIsLow);
  return {
    scale: colourScale(shown, { kind: options.colourScale, levels, ...limits }),
    colours,
    isStepped: false,
  };
}
