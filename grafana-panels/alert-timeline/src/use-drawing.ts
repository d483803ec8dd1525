import type { TimeZone } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { usePixelRatio } from '../../shared/src/hooks.ts';
import { timeTicks } from '../../shared/src/time-axis.ts';
import type { Mark } from './alerts.ts';
import type { Drawing, DrawStyle } from './draw.ts';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';

export function useDrawStyle(): DrawStyle {
  const theme = useTheme2();
  return useMemo(
    () => ({
      font: `${theme.typography.bodySmall.fontSize} ${theme.typography.fontFamily}`,
      text: theme.colors.text.secondary,
      line: theme.colors.border.medium,
      grid: theme.colors.border.weak,
      background: theme.colors.background.primary,
      anomaly: theme.visualization.getColorByName('purple'),
      states: {
        firing: theme.colors.error.main,
        acknowledged: theme.colors.primary.main,
        pending: theme.colors.warning.main,
        silenced: theme.colors.text.disabled,
        resolved: theme.colors.success.main,
      },
    }),
    [theme],
  );
}

export interface DrawingSettings {
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  readonly layout: Layout;
  readonly scrollPx: number;
  readonly timeZone: TimeZone;
}

export function useDrawing({ lanes, marks, layout, scrollPx, timeZone }: DrawingSettings): Drawing {
  const ratio = usePixelRatio();
  const style = useDrawStyle();
  const ticks = useMemo(
    () => timeTicks(layout.fromMs, layout.toMs, Math.max(2, layout.plotWidth / 90), timeZone),
    [layout.fromMs, layout.toMs, layout.plotWidth, timeZone],
  );
  return useMemo(
    () => ({ lanes, marks, layout, scrollPx, ratio, style, ticks }),
    [lanes, marks, layout, scrollPx, ratio, style, ticks],
  );
}
