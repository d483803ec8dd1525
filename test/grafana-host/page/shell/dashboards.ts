import { createContext, useContext } from 'react';
import type { HostDashboard } from '../dashboard-model.ts';

export const DashboardsContext = createContext<readonly HostDashboard[]>([]);

/** All dashboards of this page. */
export function useDashboards(): readonly HostDashboard[] {
  return useContext(DashboardsContext);
}
