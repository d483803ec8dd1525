import { type ColourScale, colourScale, type Hidden } from '../../shared/src/colour-scale.ts';
import { paletteById, paletteColours, type Rgb } from '../../shared/src/palette.ts';
import type { HeatmapGrid } from './grid.ts';
import type { HeatmapOptions } from './options.ts';
import { stepColours } from './step-colours.ts';

export interface Colouring {
  readonly scale: ColourScale;
  /** One per level, from low to high. */
  readonly colours: readonly Rgb[];
  /** Level of every cell, row-major; 0 is not drawn. */
  readonly levels: Uint8Array;
  readonly isStepped: boolean;
  /** Of the last of the colours, where they stand for mapped values. */
  readonly mappedTexts: readonly string[];
}

export interface Paint {
  readonly isDark: boolean;
  /** Grafana's named colours as CSS. */
  colourByName(name: string): string;
}

export function colourGrid(grid: HeatmapGrid, options: HeatmapOptions, paint: Paint): Colouring {
  const hidden = hiddenValues(grid, options);
  const made = scaleOf(grid, options, paint, hidden);
  const levels = new Uint8Array(grid.values.length);
  made.scale.fillLevels(grid.values, levels, hidden);
  return { ...made, levels };
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
): Omit<Colouring, 'levels'> {
  const min = options.colourMin ?? field.config.min ?? undefined;
  const max = options.colourMax ?? field.config.max ?? undefined;
  const limits = { hidden, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  if (options.colourBy === 'thresholds')
    return stepColours(
      { field, values },
      colourScale(values, { kind: 'linear', levels: 2, ...limits }),
      paint,
    );
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
    mappedTexts: [],
  };
}
