import { useEffect } from 'react';

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
