import type { AdHocVariableFilter, DataSourceApi, PanelData } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { usePanelContext } from '@grafana/ui';
import { useCallback } from 'react';
import { filterFor } from './filter-for.ts';

export type RowFilter = (data: PanelData, label: string, names: readonly string[]) => Promise<boolean>;

/**
 * Filters the dashboard by rows of a panel, where its data source says that such a filter applies to the panel's
 * queries. False when it was not done.
 */
export function useRowFilter(): RowFilter {
  const { onAddAdHocFilter } = usePanelContext();
  return useCallback(
    async (data, label, names) => {
      const filter = filterFor(label, names);
      if (onAddAdHocFilter === undefined || filter === undefined) return false;
      if (!(await isApplicable(data, filter))) return false;
      // Grafana's type knows two operators; filters of dashboards have those of the data source.
      onAddAdHocFilter(filter as Parameters<typeof onAddAdHocFilter>[0]);
      return true;
    },
    [onAddAdHocFilter],
  );
}

async function isApplicable({ request }: PanelData, filter: AdHocVariableFilter): Promise<boolean> {
  const targets = request?.targets ?? [];
  try {
    const source: DataSourceApi = await getDataSourceSrv().get(targets[0]?.datasource);
    if (source.getDrilldownsApplicability === undefined) return source.getTagKeys !== undefined;
    const verdicts = await source.getDrilldownsApplicability({
      filters: [filter],
      queries: targets,
      ...(request === undefined ? {} : { timeRange: request.range }),
    });
    return verdicts.some(({ key, applicable }) => key === filter.key && applicable);
  } catch {
    // A data source that cannot say is not filtered: the panel's own selection stays.
    return false;
  }
}
