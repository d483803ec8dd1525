import {
  type AdHocVariableFilter,
  applyFieldOverrides,
  compareArrayValues,
  compareDataFrameStructures,
  DashboardCursorSync,
  type EventBus,
  type FieldConfigSource,
  LoadingState,
  type PanelData,
  type PanelPlugin,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { PanelChrome, PanelContextProvider, useTheme2 } from '@grafana/ui';
import { Component, type ReactElement, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { HostPanel } from './dashboard-model.ts';
import { loadPanel } from './plugin-loader.ts';
import { messageOf, runQueries } from './run-queries.ts';

export interface PanelFrameProps {
  readonly panel: HostPanel;
  readonly dashboardUid: string;
  readonly width: number;
  readonly height: number;
  readonly timeRange: TimeRange;
  readonly eventBus: EventBus;
  /** Rises when the panel is to ask again. */
  readonly refreshCount: number;
  replaceVariables(text: string, scoped?: ScopedVars, format?: string): string;
  onChangeTimeRange(range: { from: number; to: number }): void;
  readonly filters: readonly AdHocVariableFilter[];
  onAddFilter(filter: { key: string; value: string; operator: string }): void;
}

/** One panel as Grafana shows it: loads the plugin, asks the data source, applies field configuration, renders. */
export function PanelFrame(props: PanelFrameProps): ReactElement {
  const { panel, width, height } = props;
  const [plugin, setPlugin] = useState<PanelPlugin>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    loadPanel(panel.type).then(setPlugin, (error: unknown) => setFailure(messageOf(error)));
  }, [panel.type]);
  const raw = usePanelData(props);
  const status = raw?.state === LoadingState.Error ? raw.error?.message : failure;
  return (
    <section
      data-panel-id={panel.id}
      data-panel-state={raw?.state ?? 'NotStarted'}
      data-panel-failure={failure}
      aria-label={panel.title}
    >
      <PanelChrome
        title={panel.title}
        description={panel.description}
        width={width}
        height={height}
        loadingState={raw?.state}
        {...(status === undefined ? {} : { statusMessage: status })}
      >
        {(innerWidth, innerHeight) =>
          plugin !== undefined && raw !== undefined ? (
            <Boundary>
              <Body {...props} plugin={plugin} raw={raw} width={innerWidth} height={innerHeight} />
            </Boundary>
          ) : null
        }
      </PanelChrome>
    </section>
  );
}

function usePanelData({
  panel,
  dashboardUid,
  timeRange,
  width,
  refreshCount,
  filters,
}: PanelFrameProps): PanelData | undefined {
  const [data, setData] = useState<PanelData>();
  const latest = useRef<PanelData>(undefined);
  const maxDataPoints = Math.max(100, Math.round(width));
  useEffect(() => {
    const plan = {
      requestId: `panel-${panel.id}`,
      panelId: panel.id,
      dashboardUid,
      dataSourceUid: panel.datasource?.uid ?? '',
      targets: panel.targets ?? [],
      range: timeRange,
      maxDataPoints,
      filters,
    };
    let structureRev = latest.current?.structureRev ?? 0;
    const running = runQueries(plan, latest.current).subscribe((next) => {
      const before = latest.current?.series ?? [];
      if (!compareArrayValues(before, next.series, compareDataFrameStructures)) structureRev += 1;
      latest.current = { ...next, structureRev };
      setData(latest.current);
    });
    return () => running.unsubscribe();
  }, [panel, dashboardUid, timeRange, maxDataPoints, refreshCount, filters]);
  return data;
}

interface BodyProps extends PanelFrameProps {
  readonly plugin: PanelPlugin;
  readonly raw: PanelData;
}

function Body(props: BodyProps): ReactElement | null {
  const { plugin, raw, panel, width, height, timeRange, eventBus, replaceVariables } = props;
  const theme = useTheme2();
  const [options, setOptions] = useState(() => ({ ...plugin.defaults, ...panel.options }));
  const [fieldConfig, setFieldConfig] = useState(() => fieldConfigOf(plugin, panel));
  const data = useMemo(
    (): PanelData => ({
      ...raw,
      series: applyFieldOverrides({
        data: raw.series,
        fieldConfig,
        theme,
        replaceVariables: (text, scoped, format) => replaceVariables(text, scoped, format as string),
        timeZone: 'utc',
        fieldConfigRegistry: plugin.fieldConfigRegistry,
      }),
    }),
    [raw, fieldConfig, theme, replaceVariables, plugin],
  );
  const renderCount = useRef(0);
  renderCount.current += 1;
  const Panel = plugin.panel;
  if (Panel === null) return null;
  return (
    <PanelContextProvider
      value={{
        eventsScope: 'host',
        eventBus,
        sync: () => DashboardCursorSync.Crosshair,
        onAddAdHocFilter: props.onAddFilter,
        canAddAnnotations: () => false,
        canExecuteActions: () => true,
      }}
    >
      <Panel
        id={panel.id}
        title={panel.title ?? ''}
        data={data}
        timeRange={timeRange}
        timeZone="utc"
        options={options}
        fieldConfig={fieldConfig}
        transparent={false}
        width={width}
        height={height}
        renderCounter={renderCount.current}
        eventBus={eventBus}
        replaceVariables={(text, scoped, format) => replaceVariables(text, scoped, format as string)}
        onOptionsChange={setOptions}
        onFieldConfigChange={setFieldConfig}
        onChangeTimeRange={props.onChangeTimeRange}
      />
    </PanelContextProvider>
  );
}

function fieldConfigOf(plugin: PanelPlugin, panel: HostPanel): FieldConfigSource {
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const own = plugin.fieldConfigDefaults;
  return {
    defaults: { ...own.defaults, ...defaults, custom: { ...own.defaults.custom, ...defaults.custom } },
    overrides: [...own.overrides, ...overrides],
  };
}

/** A panel that breaks does not take the page with it, and the test finds what broke. */
class Boundary extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {};

  static getDerivedStateFromError(error: Error): { message: string } {
    return { message: error.message };
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children;
    return <div role="alert">An unexpected error happened: {this.state.message}</div>;
  }
}
