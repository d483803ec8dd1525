import { css } from '@emotion/css';
import {
  type AdHocVariableFilter,
  EventBusSrv,
  type GrafanaTheme2,
  type InterpolateFunction,
} from '@grafana/data';
import { getAppEvents, RefreshEvent } from '@grafana/runtime';
import { Button, useStyles2 } from '@grafana/ui';
import { type ReactElement, useCallback, useEffect, useMemo, useState } from 'react';
import type { HostDashboard, HostPanel } from '../dashboard-model.ts';
import { PanelEditor } from '../edit/PanelEditor.tsx';
import { usePlace } from '../shell/location.ts';
import { VariableBar } from '../variables/VariableBar.tsx';
import type { Variables } from '../variables/variables.ts';
import { DashboardLinks } from './DashboardLinks.tsx';
import { DashboardContext, type DashboardContextValue } from './dashboard-context.ts';
import { Inspector } from './Inspector.tsx';
import { PanelFrame } from './PanelFrame.tsx';
import { useSceneContext } from './scene-context.ts';
import { backToDashboard, Toolbar } from './Toolbar.tsx';
import { absolute } from './time.ts';
import { useAnnotations } from './use-annotations.ts';
import { type DashboardTime, useTime } from './use-time.ts';
import { useVariables } from './use-variables.ts';

/** Grafana's; a page without anything else gives its panels more room. */
const rowHeights = { normal: 30, kiosk: 38 };
const gap = 8;

export interface DashboardViewProps {
  readonly dashboard: HostDashboard;
  readonly variables: Variables;
  readonly width: number;
  readonly isDark: boolean;
  readonly isKiosk: boolean;
  onToggleTheme(): void;
}

/** A dashboard as Grafana shows it: toolbar, variables, panels on a grid of 24 columns, and one panel's views. */
export function DashboardView(props: DashboardViewProps): ReactElement {
  const { dashboard, variables, isKiosk } = props;
  const styles = useStyles2(getStyles);
  const { parameters } = usePlace();
  const [panels, setPanels] = useState(dashboard.panels);
  const { time: stored = { from: 'now-15m', to: 'now' }, refresh } = dashboard;
  const time = useTime(stored, typeof refresh === 'string' ? refresh : '');
  variables.setRange(time.range);
  const control = useVariables(dashboard, variables, time.range);
  const annotations = useAnnotations(dashboard, time.range, control.isReady);
  const context = useContextValue(props, time, control, annotations.frames, setPanels);
  const opened = (name: string): HostPanel | undefined =>
    panels.find(({ id }) => String(id) === parameters.get(name)?.replace('panel-', ''));
  const [edited, viewed, inspected] = [opened('editPanel'), opened('viewPanel'), opened('inspect')];
  const sources = new Set(panels.map(({ datasource }) => datasource?.uid ?? ''));
  const filterSource = isKiosk ? undefined : [...sources].find((uid) => uid !== '' && uid !== 'frames');
  return (
    <DashboardContext.Provider value={context}>
      <div className={styles.page} data-dashboard={dashboard.uid}>
        <Toolbar
          {...{ time }}
          title={dashboard.title}
          isDark={props.isDark}
          onToggleTheme={props.onToggleTheme}
        >
          {edited === undefined && viewed === undefined ? (
            <DashboardLinks dashboard={dashboard} />
          ) : (
            <Button variant="secondary" icon="arrow-left" onClick={backToDashboard}>
              Back to dashboard
            </Button>
          )}
        </Toolbar>
        <VariableBar
          {...{ variables, control, filterSource }}
          queries={panels.flatMap(({ targets }) => targets ?? [])}
          layers={annotations.layers}
          onToggleLayer={annotations.setEnabled}
        />
        {edited !== undefined ? (
          <PanelEditor key={edited.id} panel={edited} width={props.width} />
        ) : (
          <PanelGrid
            panels={viewed === undefined ? panels : [fullScreen(viewed)]}
            width={props.width}
            rowHeight={isKiosk ? rowHeights.kiosk : rowHeights.normal}
          />
        )}
        {inspected !== undefined && <Inspector panel={inspected} onClose={backToDashboard} />}
      </div>
    </DashboardContext.Provider>
  );
}

function useContextValue(
  { dashboard, variables, isKiosk }: DashboardViewProps,
  time: DashboardTime,
  control: ReturnType<typeof useVariables>,
  frames: DashboardContextValue['annotations'],
  setPanels: (change: (panels: readonly HostPanel[]) => readonly HostPanel[]) => void,
): DashboardContextValue {
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const { version, isReady, setFilters } = control;
  const { range, refreshCount, setRange, refreshNow } = time;
  // A new function when variables change, so that what was replaced before is replaced anew.
  const replaceVariables = useMemo<InterpolateFunction>(
    () => (text, scoped, format) => variables.replace(text, scoped, format as string),
    // See above.
    [variables, version],
  );
  const zoom = useCallback(
    ({ from, to }: { from: number; to: number }) => setRange(absolute(from, to)),
    [setRange],
  );
  const addFilters = useCallback(
    // A filter for a label takes the place of the one before.
    (added: readonly AdHocVariableFilter[]) =>
      setFilters([
        ...variables.filters.filter(({ key }) => !added.some((each) => each.key === key)),
        ...added,
      ]),
    [setFilters, variables],
  );
  const changePanel = useCallback(
    (panel: HostPanel) => setPanels((before) => before.map((each) => (each.id === panel.id ? panel : each))),
    [setPanels],
  );
  useSceneContext(refreshNow);
  useEffect(() => {
    // What a plugin publishes after it changed something.
    const subscriptions = [eventBus, getAppEvents()].map((bus) => bus.subscribe(RefreshEvent, refreshNow));
    return () => {
      for (const each of subscriptions) each.unsubscribe();
    };
  }, [eventBus, refreshNow]);
  return {
    uid: dashboard.uid,
    timeRange: range,
    ...{ refreshCount, eventBus, isReady, isKiosk, replaceVariables },
    annotations: frames,
    filters: variables.filters,
    groupBy: variables.groupBy,
    variablesVersion: version,
    variables: variables.models(),
    isLive: dashboard.liveNow === true,
    onChangeTimeRange: zoom,
    onAddFilters: addFilters,
    onChangePanel: changePanel,
  };
}

interface PanelGridProps {
  readonly panels: readonly HostPanel[];
  readonly width: number;
  readonly rowHeight: number;
}

function PanelGrid({ panels, width, rowHeight }: PanelGridProps): ReactElement {
  const styles = useStyles2(getStyles);
  const column = (width + gap) / 24;
  const rows = Math.max(0, ...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <main className={styles.grid} style={{ height: rows * (rowHeight + gap) }}>
      {panels.map((panel) => {
        const { x, y, w, h } = panel.gridPos;
        const size = { width: w * column - gap, height: h * (rowHeight + gap) - gap };
        return (
          <div
            key={panel.id}
            className={styles.cell}
            style={{ left: x * column, top: y * (rowHeight + gap), ...size }}
          >
            <PanelFrame panel={panel} {...size} />
          </div>
        );
      })}
    </main>
  );
}

function fullScreen(panel: HostPanel): HostPanel {
  const h = Math.max(8, Math.floor((window.innerHeight - 150) / (rowHeights.normal + gap)));
  return { ...panel, gridPos: { x: 0, y: 0, w: 24, h } };
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(2), minWidth: 0 }),
  grid: css({ position: 'relative' }),
  cell: css({ position: 'absolute' }),
});
