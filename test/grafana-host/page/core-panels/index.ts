import {
  FieldColorModeId,
  type FieldConfigEditorBuilder,
  FieldConfigProperty,
  PanelPlugin,
  type PanelPluginMeta,
} from '@grafana/data';
import {
  AxisPlacement,
  GraphDrawStyle,
  type GraphFieldConfig,
  GraphGradientMode,
  GraphThresholdsStyleMode,
  LineInterpolation,
  StackingMode,
  VisibilityMode,
} from '@grafana/schema';
import { BarGaugePanel, StatPanel, statDefaults } from './StatPanel.tsx';
import { TablePanel } from './TablePanel.tsx';
import { TextPanel } from './TextPanel.tsx';
import { TimeSeriesPanel, timeSeriesDefaults } from './TimeSeriesPanel.tsx';

/**
 * Panels that are part of Grafana and not published. Dashboards have them beside ours, so the page has its own, on the
 * components of @grafana/ui that Grafana's are made of.
 */
export const corePanels: ReadonlyMap<string, () => PanelPlugin> = new Map<string, () => PanelPlugin>([
  ['timeseries', timeSeries],
  ['stat', () => named('stat', 'Stat', addReduce(new PanelPlugin(StatPanel)).useFieldConfig(byThresholds))],
  [
    'gauge',
    () => named('gauge', 'Gauge', addReduce(new PanelPlugin(BarGaugePanel)).useFieldConfig(byThresholds)),
  ],
  [
    'bargauge',
    () =>
      named('bargauge', 'Bar gauge', addReduce(new PanelPlugin(BarGaugePanel)).useFieldConfig(byThresholds)),
  ],
  ['table', () => named('table', 'Table', new PanelPlugin(TablePanel).useFieldConfig())],
  ['text', () => named('text', 'Text', new PanelPlugin(TextPanel))],
]);

const byThresholds = {
  standardOptions: { [FieldConfigProperty.Color]: { defaultValue: { mode: FieldColorModeId.Thresholds } } },
};

function named(id: string, name: string, plugin: unknown): PanelPlugin {
  const panel = plugin as PanelPlugin;
  panel.meta = { id, name, type: 'panel', info: { logos: { small: '', large: '' } } } as PanelPluginMeta;
  return panel;
}

function addReduce(plugin: PanelPlugin<typeof statDefaults>): PanelPlugin {
  plugin.setPanelOptions((builder) => {
    builder.addCustomEditor({
      ...{ id: 'reduceOptions.calcs', path: 'reduceOptions.calcs', name: 'Calculation' },
      ...{ category: ['Value options'], defaultValue: statDefaults.reduceOptions.calcs },
      editor: () => null,
    });
  });
  return plugin as unknown as PanelPlugin;
}

function timeSeries(): PanelPlugin {
  const plugin = new PanelPlugin(TimeSeriesPanel).useFieldConfig({
    standardOptions: {
      [FieldConfigProperty.Color]: { defaultValue: { mode: FieldColorModeId.PaletteClassic } },
    },
    useCustomConfig: addGraphStyles as never,
  });
  plugin.setPanelOptions((builder) => {
    const category = ['Legend'];
    builder
      .addBooleanSwitch({ path: 'legend.showLegend', name: 'Visibility', category, defaultValue: true })
      .addRadio({
        ...{ path: 'legend.placement', name: 'Placement', category, defaultValue: 'bottom' },
        settings: { options: choices(['bottom', 'right']) },
      })
      .addRadio({
        ...{ path: 'tooltip.mode', name: 'Tooltip mode', category: ['Tooltip'] },
        defaultValue: timeSeriesDefaults.tooltip.mode,
        settings: { options: choices(['single', 'multi', 'none']) },
      });
  });
  return named('timeseries', 'Time series', plugin);
}

function addGraphStyles(builder: FieldConfigEditorBuilder<GraphFieldConfig>): void {
  const category = ['Graph styles'];
  builder
    .addRadio({
      ...{ path: 'drawStyle', name: 'Style', category, defaultValue: GraphDrawStyle.Line },
      settings: { options: choices(['line', 'bars', 'points']) },
    })
    .addRadio({
      ...{ path: 'lineInterpolation', name: 'Line interpolation', category },
      defaultValue: LineInterpolation.Linear,
      settings: { options: choices(['linear', 'smooth', 'stepBefore', 'stepAfter']) },
    })
    .addSliderInput({
      ...{ path: 'lineWidth', name: 'Line width', category, defaultValue: 1 },
      settings: { min: 0, max: 10, step: 1 },
    })
    .addSliderInput({
      ...{ path: 'fillOpacity', name: 'Fill opacity', category, defaultValue: 0 },
      settings: { min: 0, max: 100, step: 1 },
    })
    .addRadio({
      ...{ path: 'showPoints', name: 'Show points', category, defaultValue: VisibilityMode.Auto },
      settings: { options: choices(['auto', 'always', 'never']) },
    });
  // Options that have an effect, but no editor here.
  const fixed: Readonly<Record<string, unknown>> = {
    pointSize: 5,
    gradientMode: GraphGradientMode.None,
    spanNulls: false,
    stacking: { group: 'A', mode: StackingMode.None },
    axisPlacement: AxisPlacement.Auto,
    axisLabel: '',
    axisGridShow: undefined,
    scaleDistribution: { type: 'linear' },
    thresholdsStyle: { mode: GraphThresholdsStyleMode.Off },
    hideFrom: { legend: false, tooltip: false, viz: false },
    fillBelowTo: undefined,
    lineStyle: undefined,
  };
  for (const [path, defaultValue] of Object.entries(fixed)) {
    builder.addCustomEditor({
      ...{ id: path, path: path as never, name: path, defaultValue, hideFromDefaults: true },
      ...{ category, editor: () => null, override: () => null, shouldApply: () => true, settings: {} },
      process: (value: unknown) => value as never,
    } as never);
  }
}

function choices(values: readonly string[]): { value: never; label: string }[] {
  return values.map((value) => ({ value: value as never, label: value[0].toUpperCase() + value.slice(1) }));
}
