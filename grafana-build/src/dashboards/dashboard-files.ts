import { dashboards } from './index.ts';
import { buildDashboard } from './panels.ts';

/** The dashboards as JSON, by the name of their file. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    dashboards.map((plan) => [`${plan.uid}.json`, `${JSON.stringify(buildDashboard(plan), null, 2)}\n`]),
  );
}
