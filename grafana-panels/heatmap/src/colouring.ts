import { ThresholdsMode } from '@grafana/data';
import { type ColourScale, colourScale, type Hidden, steppedScale } from '../../shared/src/colour-scale.ts';
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
  const hidden = hiddenValues(grid, options);
  const { scale, colours, isStepped } = scaleOf(grid, options, paint, hidden);
  const levels = new Uint8Array(grid.values.length);
  scale.fillLevels(grid.values, levels, hidden);
  return { scale, colours, levels, isStepped };
}

/** Empty buckets are hidden unless the options say where to start. */
function hiddenValues({ kind }: HeatmapGrid, { hideUpTo, hideFrom }: HeatmapOptions): Hidden {
  return {
    upTo: hideUpTo ?? (kind === 'buckets' ? 0 : Number.NEGATIVE_INFINITY),
    from: hideFrom ?? Number.NaN,
  };
}

function scaleOf(
  { field, values }: HeatmapGrid,
  options: HeatmapOptions,
  paint: Paint,
  hidden: Hidden,
): Pick<Colouring, 'scale' | 'colours' | 'isStepped'> {
  const min = options.colourMin ?? field.config.min ?? undefined;
  const max = options.colourMax ?? field.config.max ?? undefined;
  const limits = { hidden, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  if (options.colourBy === 'thresholds' && field.config.thresholds !== undefined) {
    const { mode, steps } = field.config.thresholds;
    const extent = colourScale(values, { kind: 'linear', levels: 2, ...limits });
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
    scale: colourScale(values, { kind: options.colourScale, levels, ...limits }),
    colours,
    isStepped: false,
  };
}
