import { type Field, MappingType, ThresholdsMode } from '@grafana/data';
import { type OwnLevel, steppedScale } from '../../shared/src/colour-scale.ts';
import { parseColour, type Rgb } from '../../shared/src/palette.ts';
import type { Colouring, Paint } from './colouring.ts';
import type { HeatmapGrid } from './grid.ts';

/** Levels fit in a byte. */
const levelCountMax = 255;

const grey: Rgb = [128, 128, 128];

/**
 * The colours of the field's thresholds, and of mapped values, which have one of their own. Where all values are mapped,
 * thresholds say nothing.
 */
export function stepColours(
  { field, values }: Pick<HeatmapGrid, 'field' | 'values'>,
  extent: { readonly low: number; readonly high: number },
  paint: Paint,
): Pick<Colouring, 'scale' | 'colours' | 'isStepped' | 'mappedTexts'> {
  const { mode, steps: given } = field.config.thresholds ?? {
    mode: ThresholdsMode.Absolute,
    steps: [{ value: Number.NEGATIVE_INFINITY, color: 'green' }],
  };
  const absolute = (value: number): number =>
    mode === ThresholdsMode.Percentage ? extent.low + (value / 100) * (extent.high - extent.low) : value;
  const rgb = (name: string): Rgb => parseColour(paint.colourByName(name)) ?? grey;
  const mapped = mappedColours(field).slice(0, levelCountMax - given.length);
  const steps = areAllMapped(values, mapped) ? [] : given;
  return {
    scale: steppedScale(
      steps.map(({ value }) => absolute(value ?? Number.NEGATIVE_INFINITY)),
      mapped,
    ),
    colours: [...steps.map(({ color }) => rgb(color)), ...mapped.map(({ colour }) => rgb(colour))],
    isStepped: true,
    mappedTexts: mapped.map(({ text }) => text),
  };
}

function areAllMapped(values: Float64Array, mapped: readonly MappedColour[]): boolean {
  if (mapped.length === 0) return false;
  const { levelOf } = steppedScale([], mapped);
  return values.every((value) => Number.isNaN(value) || levelOf(value) > 0);
}

interface MappedColour extends OwnLevel {
  readonly colour: string;
  readonly text: string;
}

/** Value mappings with a colour, in their order: the first that fits a value counts. */
function mappedColours({ config: { mappings = [] } }: Field): readonly MappedColour[] {
  const found: MappedColour[] = [];
  const add = (from: number, to: number, result: { color?: string; text?: string }): void => {
    const { color, text } = result;
    if (color !== undefined && to >= from)
      found.push({ from, to, colour: color, text: text ?? String(from) });
  };
  for (const mapping of mappings) {
    if (mapping.type === MappingType.ValueToText) {
      for (const [value, result] of Object.entries(mapping.options))
        add(Number(value), Number(value), result);
    } else if (mapping.type === MappingType.RangeToText) {
      const { from, to, result } = mapping.options;
      add(from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY, result);
    }
  }
  return found;
}
