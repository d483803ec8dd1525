import { axisScale, linearTicks } from '../../shared/src/axis-scale.ts';
import type { ColourScale } from '../../shared/src/colour-scale.ts';
import type { TextMeasure } from './layout.ts';
import type { HeatmapView } from './prepare.ts';

export interface LegendLabel {
  readonly text: string;
  /** Where its value is, from 0 to 1. */
  readonly part: number;
  /** Where the text starts, in CSS pixels from the legend's left. */
  readonly leftPx: number;
}

type Place = Pick<LegendLabel, 'text' | 'part'>;
type Legend = Pick<HeatmapView, 'scale' | 'colours' | 'isStepped' | 'mappedTexts'>;

const [pxPerTick, gapPx] = [64, 10];

/** Texts below the legend's colours, none of which touches another: round values, or where each step starts. */
export function legendLabels(
  legend: Legend,
  widthPx: number,
  formatValue: (value: number) => string,
  measure: TextMeasure,
): readonly LegendLabel[] {
  const fits = (places: readonly Place[], isCentred: boolean): readonly LegendLabel[] =>
    withoutOverlaps(places, widthPx, measure, isCentred);
  if (legend.isStepped) return fits(stepPlaces(legend, formatValue), false);
  const round = fits(roundPlaces(legend.scale, widthPx, formatValue), true);
  if (round.length >= 2) return round;
  const ends = [0, 1].map((part) => ({ text: formatValue(legend.scale.valueAt(part)), part }));
  return fits(ends, true);
}

function stepPlaces(
  { scale, colours, mappedTexts }: Legend,
  formatValue: (value: number) => string,
): readonly Place[] {
  const stepCount = colours.length - mappedTexts.length;
  return colours.flatMap((_, i) => {
    const value = i < stepCount ? scale.valueAt((i + 0.5) / stepCount) : 0;
    const text = i < stepCount ? formatValue(value) : mappedTexts[i - stepCount];
    return Number.isFinite(value) ? [{ text, part: i / colours.length }] : [];
  });
}

function roundPlaces(
  scale: ColourScale,
  widthPx: number,
  formatValue: (value: number) => string,
): readonly Place[] {
  const count = Math.max(2, Math.floor(widthPx / pxPerTick));
  // Quantiles are at even distances, wherever their values are.
  if (scale.kind === 'quantile') {
    return Array.from({ length: count + 1 }, (_, i) => i / count).map((part) => ({
      text: formatValue(scale.valueAt(part)),
      part,
    }));
  }
  const { low, high } = scale;
  const ticks =
    scale.kind === 'log' ? axisScale('log10').ticks(low, high, count) : linearTicks(low, high, count);
  return ticks.map((value) => ({ text: formatValue(value), part: partOf(scale, value) }));
}

/** The part of the scale that has this value: `valueAt` the other way round, which only ever rises. */
function partOf(scale: ColourScale, value: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (scale.valueAt(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function withoutOverlaps(
  places: readonly Place[],
  widthPx: number,
  measure: TextMeasure,
  isCentred: boolean,
): readonly LegendLabel[] {
  const labels: LegendLabel[] = [];
  let freeFromPx = 0;
  for (const place of places) {
    const textPx = measure.widthPx(place.text);
    const wantedPx = place.part * widthPx - (isCentred ? textPx / 2 : 0);
    const leftPx = Math.max(0, Math.min(widthPx - textPx, wantedPx));
    // Two values that read the same are said once.
    if (leftPx < freeFromPx || textPx > widthPx || place.text === labels.at(-1)?.text) continue;
    labels.push({ ...place, leftPx });
    freeFromPx = leftPx + textPx + gapPx;
  }
  return labels;
}
