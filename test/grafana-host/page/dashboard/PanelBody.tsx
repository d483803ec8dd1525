import {
  type AdHocVariableFilter,
  applyFieldOverrides,
  CoreApp,
  DashboardCursorSync,
  getPanelOptionsWithDefaults,
  type PanelData,
  type PanelPlugin,
  type TimeRange,
} from '@grafana/data';
import { type PanelContext, PanelContextProvider, useTheme2 } from '@grafana/ui';
import { type ReactElement, useCallback, useMemo, useRef, useState } from 'react';
import type { HostPanel } from '../dashboard-model.ts';
import { useDashboard } from './dashboard-context.ts';
import { withColor, withVisibility } from './series-overrides.ts';

export interface PanelBodyProps {
  readonly panel: HostPanel;
  readonly plugin: PanelPlugin;
  readonly raw: PanelData;
  readonly width: number;
  readonly height: number;
  readonly displayRange: TimeRange;
  onRefresh(): void;
}

/** The plugin's own component, with everything that Grafana gives it: options, fields with overrides, context. */
export function PanelBody(props: PanelBodyProps): ReactElement | null {
  const { plugin, raw, panel, width, height, displayRange } = props;
  const dashboard = useDashboard();
  const { replaceVariables, onChangeTimeRange, annotations } = dashboard;
  const theme = useTheme2();
  const { options, fieldConfig } = useMemo(
    () =>
      getPanelOptionsWithDefaults({
        plugin,
        currentOptions: { ...panel.options },
        currentFieldConfig: { defaults: {}, overrides: [], ...panel.fieldConfig },
        isAfterPluginChange: false,
      }),
    [plugin, panel.options, panel.fieldConfig],
  );
  const data = useMemo((): PanelData => {
    const series = applyFieldOverrides({
      data: raw.series,
      ...{ fieldConfig, theme, replaceVariables, timeZone: 'utc' },
      fieldConfigRegistry: plugin.fieldConfigRegistry,
    });
    return { ...raw, series, annotations: [...(raw.annotations ?? []), ...annotations] };
  }, [raw, fieldConfig, theme, replaceVariables, plugin, annotations]);
  const change = useLatest((part: Partial<HostPanel>) => dashboard.onChangePanel({ ...panel, ...part }));
  const context = usePanelContextValue(props, data, change, fieldConfig);
  const renderCount = useRef(0);
  renderCount.current += 1;
  const Panel = plugin.panel;
  if (Panel === null) return null;
  return (
    <PanelContextProvider value={context}>
      <Panel
        id={panel.id}
        title={replaceVariables(panel.title ?? '')}
        data={data}
        timeRange={displayRange}
        timeZone="utc"
        transparent={panel.transparent === true}
        renderCounter={renderCount.current}
        eventBus={context.eventBus}
        onOptionsChange={(next) => change({ options: next })}
        onFieldConfigChange={(next) => change({ fieldConfig: next })}
        {...{ options, fieldConfig, width, height, replaceVariables, onChangeTimeRange }}
      />
    </PanelContextProvider>
  );
}

function usePanelContextValue(
  { panel }: PanelBodyProps,
  data: PanelData,
  change: (part: Partial<HostPanel>) => void,
  fieldConfig: PanelContext['instanceState'],
): PanelContext {
  const { eventBus, onAddFilters } = useDashboard();
  const [instanceState, setInstanceState] = useState<unknown>();
  const bus = useMemo(
    () => eventBus.newScopedBus(`panel-${panel.id}`, { onlyLocal: false }),
    [eventBus, panel.id],
  );
  const latest = useRef({ data, fieldConfig });
  latest.current = { data, fieldConfig };
  return useMemo(
    (): PanelContext => ({
      eventsScope: '__global_',
      eventBus: bus,
      app: CoreApp.Dashboard,
      sync: () => DashboardCursorSync.Crosshair,
      onAddAdHocFilter: (filter) => onAddFilters([filter as AdHocVariableFilter]),
      onAddAdHocFilters: (filters) => onAddFilters(filters as AdHocVariableFilter[]),
      getFiltersBasedOnGrouping: () => [],
      canAddAnnotations: () => false,
      canEditAnnotations: () => false,
      canDeleteAnnotations: () => false,
      canExecuteActions: () => true,
      onToggleSeriesVisibility: (label, mode) =>
        change({
          fieldConfig: withVisibility(latest.current.fieldConfig, label, mode, latest.current.data.series),
        }),
      onSeriesColorChange: (label, color) =>
        change({ fieldConfig: withColor(latest.current.fieldConfig, label, color) }),
      onToggleLegendSort: () => {},
      onUpdateData: async () => false,
      instanceState,
      onInstanceStateChange: setInstanceState,
    }),
    [bus, onAddFilters, change, instanceState],
  );
}

/** A function that stays the same and does what the last render's would. */
function useLatest<A extends unknown[]>(action: (...args: A) => void): (...args: A) => void {
  const latest = useRef(action);
  latest.current = action;
  return useCallback((...args: A) => latest.current(...args), []);
}
