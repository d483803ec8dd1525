import { rangeUtil, type TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { usePlace } from '../shell/location.ts';
import { movedOn, parametersOf, rangeFrom } from './time.ts';

export interface DashboardTime {
  readonly range: TimeRange;
  /** As `10s`; empty: never. */
  readonly refresh: string;
  /** Rises with each refresh. */
  readonly refreshCount: number;
  setRange(range: TimeRange): void;
  setRefresh(refresh: string): void;
  refreshNow(): void;
}

/** Time range and refresh: the address has them, the dashboard what is not in the address. */
export function useTime(
  defaults: { readonly from: string; readonly to: string },
  defaultRefresh: string,
): DashboardTime {
  const { parameters } = usePlace();
  const from = parameters.get('from') ?? defaults.from;
  const to = parameters.get('to') ?? defaults.to;
  const refresh = parameters.get('refresh') ?? defaultRefresh;
  const [refreshCount, setRefreshCount] = useState(0);
  // A refresh moves a relative range on.
  const range = useMemo(() => rangeFrom(from, to), [from, to, refreshCount]);
  const refreshNow = useCallback(() => setRefreshCount((count) => count + 1), []);
  useEffect(() => {
    if (refresh === '') return;
    const timer = setInterval(refreshNow, rangeUtil.intervalToMs(refresh));
    return () => clearInterval(timer);
  }, [refresh, refreshNow]);
  const setRange = useCallback((next: TimeRange) => locationService.partial(parametersOf(movedOn(next))), []);
  const setRefresh = useCallback((next: string) => locationService.partial({ refresh: next }, true), []);
  return { range, refresh, refreshCount, setRange, setRefresh, refreshNow };
}
