import { css } from '@emotion/css';
import {
  type AbsoluteTimeRange,
  dateTime,
  EventBusSrv,
  rangeUtil,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { Button, Combobox, useStyles2 } from '@grafana/ui';
import { type ReactElement, useCallback, useEffect, useMemo, useState } from 'react';
import type { HostDashboard, HostPanel } from './dashboard-model.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { useFilters, useSceneContext } from './scene-context.ts';
import type { Variables } from './variables.ts';

const rowHeight = 38;
const gap = 8;
const ranges = ['5m', '15m', '30m', '1h', '3h', '6h', '24h', '7d'];

export interface DashboardViewProps {
  readonly dashboard: HostDashboard;
  readonly variables: Variables;
  readonly width: number;
  readonly isDark: boolean;
  onToggleTheme(): void;
}

/** A dashboard's panels on Grafana's grid of 24 columns, with time range, refresh and theme. */
export function DashboardView({
  dashboard,
  variables,
  width,
  isDark,
  onToggleTheme,
}: DashboardViewProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [range, setRange] = useState(() => relativeRange(dashboard.time?.from ?? 'now-15m'));
  const [refreshCount, setRefreshCount] = useState(0);
  const eventBus = useMemo(() => new EventBusSrv(), []);
  useRefresh(dashboard.refresh, setRange);
  const replace = useCallback(
    (text: string, scoped?: ScopedVars, format?: string) => variables.replace(text, scoped, format),
    [variables],
  );
  const zoom = useCallback(({ from, to }: AbsoluteTimeRange) => {
    const [start, end] = [dateTime(from), dateTime(to)];
    setRange({ from: start, to: end, raw: { from: start, to: end } });
  }, []);
  const refresh = useCallback(() => {
    setRange(movedOn);
    setRefreshCount((count) => count + 1);
  }, []);
  useSceneContext(refresh);
  const [filters, addFilter] = useFilters();
  const rangeOf = usePanelRanges(dashboard, range);
  const column = (width + gap) / 24;
  const rows = Math.max(0, ...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <div className={styles.page}>
      <Toolbar
        title={dashboard.title}
        range={range}
        isDark={isDark}
        onRange={setRange}
        onRefresh={refresh}
        onToggleTheme={onToggleTheme}
      />
      <main className={styles.grid} style={{ height: rows * (rowHeight + gap) }}>
        {dashboard.panels.map((panel) => {
          const { x, y, w, h } = panel.gridPos;
          const size = { width: w * column - gap, height: h * (rowHeight + gap) - gap };
          return (
            <div
              key={panel.id}
              className={styles.cell}
              style={{ left: x * column, top: y * (rowHeight + gap), ...size }}
            >
              <PanelFrame
                panel={panel}
                dashboardUid={dashboard.uid}
                {...size}
                timeRange={rangeOf(panel)}
                eventBus={eventBus}
                refreshCount={refreshCount}
                replaceVariables={replace}
                onChangeTimeRange={zoom}
                filters={filters}
                onAddFilter={addFilter}
              />
            </div>
          );
        })}
      </main>
    </div>
  );
}

interface ToolbarProps {
  readonly title: string;
  readonly range: TimeRange;
  readonly isDark: boolean;
  onRange(range: TimeRange): void;
  onRefresh(): void;
  onToggleTheme(): void;
}

function Toolbar({ title, range, isDark, onRange, onRefresh, onToggleTheme }: ToolbarProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <header className={styles.bar}>
      <h1 className={styles.title}>{title}</h1>
      <Combobox
        aria-label="Time range"
        width={16}
        options={ranges.map((each) => ({ label: `Last ${each}`, value: each }))}
        value={typeof range.raw.from === 'string' ? range.raw.from.replace('now-', '') : null}
        placeholder="zoomed in"
        onChange={({ value }) => onRange(relativeRange(`now-${value}`))}
      />
      <Button variant="secondary" icon="sync" aria-label="Refresh" onClick={onRefresh} />
      <Button variant="secondary" onClick={onToggleTheme}>
        {isDark ? 'Light' : 'Dark'}
      </Button>
    </header>
  );
}

/** A relative range ends now again; one that was zoomed into stays. */
function movedOn(range: TimeRange): TimeRange {
  return typeof range.raw.from === 'string' ? relativeRange(range.raw.from) : range;
}

function useRefresh(refresh: string | false | undefined, setRange: (moved: typeof movedOn) => void): void {
  useEffect(() => {
    if (typeof refresh !== 'string' || refresh === '') return;
    const timer = setInterval(() => setRange(movedOn), rangeUtil.intervalToMs(refresh));
    return () => clearInterval(timer);
  }, [refresh, setRange]);
}

/** The same object while nothing changed: a panel asks again for another one. */
function usePanelRanges(dashboard: HostDashboard, range: TimeRange): (panel: HostPanel) => TimeRange {
  const ranges = useMemo(
    () => new Map(dashboard.panels.map((panel) => [panel.id, rangeOfPanel(panel, range)])),
    [dashboard, range],
  );
  return (panel) => ranges.get(panel.id) ?? range;
}

/** The dashboard's range, or the one that the panel has instead. */
function rangeOfPanel({ timeFrom }: HostPanel, range: TimeRange): TimeRange {
  if (timeFrom === undefined) return range;
  const raw = rangeUtil.describeTextRange(timeFrom);
  return rangeUtil.convertRawToRange({ from: raw.from, to: raw.to });
}

function relativeRange(from: string): TimeRange {
  const now = dateTime();
  const range = rangeUtil.convertRawToRange({ from, to: 'now' });
  return { from: range.from, to: now, raw: { from, to: 'now' } };
}

const getStyles = () => ({
  page: css({ padding: 16 }),
  bar: css({ display: 'flex', gap: 8, alignItems: 'center', marginBottom: 12 }),
  title: css({ fontSize: 20, margin: 0, flexGrow: 1 }),
  grid: css({ position: 'relative' }),
  cell: css({ position: 'absolute' }),
});
