import type { DataFrame, TimeRange } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';
import type { HostDashboard } from '../dashboard-model.ts';
import { askAnnotations, type Layer } from './annotations.ts';

export interface DashboardAnnotations {
  readonly layers: readonly Layer[];
  readonly frames: readonly DataFrame[];
  setEnabled(name: string, isEnabled: boolean): void;
}

const none: readonly DataFrame[] = [];

/** The dashboard's annotations, asked anew with each refresh and switched on and off one by one. */
export function useAnnotations(
  dashboard: HostDashboard,
  range: TimeRange,
  isReady: boolean,
): DashboardAnnotations {
  const theme = useTheme2();
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({});
  const [frames, setFrames] = useState(none);
  const layers = useMemo(
    () =>
      ((dashboard.annotations?.list ?? []) as readonly Layer[])
        .filter(({ builtIn }) => !builtIn)
        .map((layer) => ({ ...layer, enable: chosen[layer.name] ?? layer.enable !== false })),
    [dashboard, chosen],
  );
  useEffect(() => {
    if (!isReady) return;
    let isCurrent = true;
    const colorOf = (name: string): string => theme.visualization.getColorByName(name);
    askAnnotations(layers, range, dashboard.uid, colorOf).then(
      (found) => isCurrent && setFrames((before) => (found.length + before.length === 0 ? before : found)),
      (error: unknown) => console.warn('annotations', error),
    );
    return () => {
      isCurrent = false;
    };
  }, [layers, range, dashboard.uid, theme, isReady]);
  const setEnabled = (name: string, isEnabled: boolean): void =>
    setChosen((before) => ({ ...before, [name]: isEnabled }));
  return { layers, frames, setEnabled };
}
