import {
  compareArrayValues,
  compareDataFrameStructures,
  LoadingState,
  type PanelData,
  type TimeRange,
  transformDataFrame,
} from '@grafana/data';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { lastValueFrom } from 'rxjs';
import type { HostPanel } from '../dashboard-model.ts';
import { useDashboard } from './dashboard-context.ts';
import { panelData, panelEdits } from './panel-data.ts';
import { runQueries } from './run-queries.ts';
import { isRelative, movedOn, rangeOfPanel } from './time.ts';

export interface PanelQuery {
  readonly raw: PanelData | undefined;
  /** What the panel shows: of a live answer the range moves with the clock. */
  readonly displayRange: TimeRange;
  refresh(): void;
}

/** Asks the data source whenever range, variables or the panel's queries change, and keeps the last answer meanwhile. */
export function usePanelData(panel: HostPanel, width: number): PanelQuery {
  const dashboard = useDashboard();
  const { uid, refreshCount, variablesVersion, isReady, isLive } = dashboard;
  // The same object while nothing changed: another one is asked for.
  const timeRange = useMemo(
    () => rangeOfPanel(panel.timeFrom, dashboard.timeRange),
    [panel.timeFrom, dashboard.timeRange],
  );
  const [data, setData] = useState<PanelData>();
  const [askedCount, setAskedCount] = useState(0);
  const latest = useRef<PanelData>(undefined);
  const maxDataPoints = panel.maxDataPoints ?? Math.max(100, Math.round(width));
  const refresh = useCallback(() => setAskedCount((count) => count + 1), []);
  // Options may change without asking again: only what is asked for counts.
  const question = JSON.stringify([panel.datasource, panel.targets, panel.transformations, panel.interval]);
  // Counts and versions are reasons to ask again.
  useEffect(() => {
    if (!isReady) return;
    const plan = {
      requestId: `panel-${panel.id}`,
      panelId: panel.id,
      dashboardUid: uid,
      dataSourceUid: dashboard.replaceVariables(panel.datasource?.uid ?? ''),
      targets: panel.targets ?? [],
      range: timeRange,
      maxDataPoints,
      filters: dashboard.filters,
      groupBy: dashboard.groupBy,
      ...(panel.interval === undefined ? {} : { minInterval: panel.interval }),
    };
    let structureRev = latest.current?.structureRev ?? 0;
    let isCurrent = true;
    const take = (next: PanelData): void => {
      const before = latest.current?.series ?? [];
      if (!compareArrayValues(before, next.series, compareDataFrameStructures)) structureRev += 1;
      latest.current = { ...next, structureRev };
      panelData.set(panel.id, latest.current);
      setData(latest.current);
    };
    const running = runQueries(plan, latest.current).subscribe((next) => {
      const { transformations = [] } = panel;
      if (transformations.length === 0) take(next);
      else {
        void lastValueFrom(transformDataFrame([...transformations], [...next.series])).then((series) => {
          if (isCurrent) take({ ...next, series });
        });
      }
    });
    return () => {
      isCurrent = false;
      running.unsubscribe();
    };
  }, [
    question,
    uid,
    timeRange,
    maxDataPoints,
    refreshCount,
    variablesVersion,
    isReady,
    askedCount,
    panel.id,
  ]);
  useEffect(() => panelEdits.onRefresh(panel.id, refresh), [panel.id, refresh]);
  const isMoving = isLive && data?.state === LoadingState.Streaming && isRelative(timeRange);
  return { raw: data, displayRange: isMoving ? movedOn(timeRange) : timeRange, refresh };
}
