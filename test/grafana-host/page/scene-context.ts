import type { AdHocVariableFilter } from '@grafana/data';
import { useCallback, useEffect, useState } from 'react';

/** The handle that Grafana's open dashboard leaves in the window: panels ask for answers again through it. */
export function useSceneContext(onRefresh: () => void): void {
  useEffect(() => {
    const page = window as { __grafanaSceneContext?: unknown };
    page.__grafanaSceneContext = { state: { $timeRange: { onRefresh } } };
    return () => {
      delete page.__grafanaSceneContext;
    };
  }, [onRefresh]);
}

/** The dashboard's ad-hoc filters: a filter for a label takes the place of the one before. */
export function useFilters(): readonly [
  readonly AdHocVariableFilter[],
  (filter: AdHocVariableFilter) => void,
] {
  const [filters, setFilters] = useState<readonly AdHocVariableFilter[]>([]);
  const add = useCallback((filter: AdHocVariableFilter) => {
    setFilters((before) => [...before.filter(({ key }) => key !== filter.key), filter]);
  }, []);
  return [filters, add];
}
