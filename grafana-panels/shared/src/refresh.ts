import type { EventBus } from '@grafana/data';
import { RefreshEvent } from '@grafana/runtime';

/** What a dashboard of Grafana's scenes offers, as far as it is needed here. */
interface SceneContext {
  readonly state?: { readonly $timeRange?: { onRefresh?(): void } };
}

/**
 * Asks for the answers again, as the refresh button does: after an action, what is shown is what was before it. Panels
 * have no call for this (grafana/grafana#109587), but the dashboard that is open is known; elsewhere the panel's own
 * bus is told.
 */
export function refreshDashboard(eventBus: EventBus): void {
  const scene = (window as { readonly __grafanaSceneContext?: SceneContext }).__grafanaSceneContext;
  const timeRange = scene?.state?.$timeRange;
  if (timeRange?.onRefresh !== undefined) timeRange.onRefresh();
  else eventBus.publish(new RefreshEvent());
}
