import type { PanelModel } from '@grafana/data';
import { defaultOptions, type HeatmapOptions, optionsVersion } from './options.ts';

/** Options that an older version saved, as this one reads them. */
export function migrateOptions(panel: PanelModel<Partial<HeatmapOptions>>): Partial<HeatmapOptions> {
  const saved = panel.options ?? {};
  // There is one version so far: what it does not know keeps its default.
  return { ...defaultOptions, ...saved, version: optionsVersion };
}

/** What Grafana's own heatmap saved, as far as it has a meaning here. */
interface CoreHeatmap {
  readonly calculate?: boolean;
  readonly cellGap?: number;
  readonly color?: {
    readonly scheme?: string;
    readonly steps?: number;
    readonly min?: number;
    readonly max?: number;
  };
  readonly filterValues?: { readonly le?: number; readonly ge?: number };
  readonly legend?: { readonly show?: boolean };
  readonly tooltip?: { readonly mode?: string; readonly yHistogram?: boolean };
  readonly yAxis?: { readonly reverse?: boolean; readonly unit?: string };
  readonly calculation?: {
    readonly yBuckets?: { readonly scale?: { readonly type?: string; readonly log?: number } };
  };
}

const schemes: Readonly<Record<string, string>> = {
  Viridis: 'viridis',
  Cividis: 'cividis',
  Inferno: 'inferno',
  Magma: 'magma',
  Blues: 'blues',
  Oranges: 'oranges',
  Greys: 'greys',
};

/** What the hourly heatmap of the community saved: its days and hours are this panel's calendar. */
interface HourlyHeatmap {
  readonly calculation?: string;
  readonly showLegend?: boolean;
  readonly showTooltip?: boolean;
}

const hourValues: Readonly<Record<string, HeatmapOptions['hourValue']>> = {
  mean: 'mean',
  sum: 'sum',
  max: 'max',
  min: 'min',
  last: 'last',
  lastNotNull: 'last',
};

function fromHourlyHeatmap({ calculation, showLegend, showTooltip }: HourlyHeatmap): Partial<HeatmapOptions> {
  return {
    layout: 'calendar',
    ...(calculation !== undefined && calculation in hourValues ? { hourValue: hourValues[calculation] } : {}),
    ...(showLegend === undefined ? {} : { showLegend }),
    ...(showTooltip === undefined ? {} : { showTooltip }),
  };
}

/** Somebody changes the visualization of a panel to this one: what he set before stays, where we have it too. */
export function changePanel(
  panel: PanelModel<Partial<HeatmapOptions>>,
  previousId: string,
  previous: { readonly options?: unknown } | CoreHeatmap | undefined,
): Partial<HeatmapOptions> {
  const saved = (previous as { options?: object })?.options ?? previous ?? {};
  if (previousId === 'marcusolsson-hourly-heatmap-panel')
    return { ...panel.options, ...fromHourlyHeatmap(saved as HourlyHeatmap) };
  // States of series over time: their colours are those of thresholds and mappings.
  if (previousId === 'status-history' || previousId === 'state-timeline')
    return { ...panel.options, rows: 'series', colourBy: 'thresholds' };
  if (previousId !== 'heatmap') return { ...panel.options };
  const core = saved as CoreHeatmap;
  const { color, filterValues, legend, tooltip, yAxis } = core;
  const scale = core.calculation?.yBuckets?.scale;
  return {
    ...panel.options,
    ...(core.calculate === true ? { rows: 'histogram' } : {}),
    ...(scale?.type === 'log' ? { yScale: scale.log === 2 ? 'log2' : 'log10' } : {}),
    ...(scale?.type === 'symlog' ? { yScale: 'symlog' } : {}),
    ...(core.cellGap === undefined ? {} : { cellGapPx: core.cellGap }),
    ...(color?.scheme !== undefined && color.scheme in schemes ? { scheme: schemes[color.scheme] } : {}),
    ...(color?.min === undefined ? {} : { colourMin: color.min }),
    ...(color?.max === undefined ? {} : { colourMax: color.max }),
    ...(filterValues?.le === undefined || filterValues.le < 1e-6 ? {} : { hideUpTo: filterValues.le }),
    ...(filterValues?.ge === undefined ? {} : { hideFrom: filterValues.ge }),
    ...(legend?.show === undefined ? {} : { showLegend: legend.show }),
    ...(tooltip?.mode === undefined ? {} : { showTooltip: tooltip.mode !== 'none' }),
    ...(tooltip?.yHistogram === undefined ? {} : { showColumnHistogram: tooltip.yHistogram }),
    ...(yAxis?.reverse === undefined ? {} : { yReverse: yAxis.reverse }),
    ...(yAxis?.unit === undefined ? {} : { yUnit: yAxis.unit }),
  };
}
