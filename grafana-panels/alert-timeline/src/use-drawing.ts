import type { TimeZone } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { usePixelRatio } from '../../shared/src/hooks.ts';
import { timeTicks } from '../../shared/src/time-axis.ts';
import { type Mark, states } from './alerts.ts';
import type { Drawing, DrawStyle } from './draw.ts';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';
import type { StateLooks } from './state-looks.ts';

function useDrawStyle(looks: StateLooks): DrawStyle {
  const theme = useTheme2();
  return useMemo(
    () => ({
      font: `${theme.typography.bodySmall.fontSize} ${theme.typography.fontFamily}`,
      text: theme.colors.text.secondary,
      line: theme.colors.border.medium,
      grid: theme.colors.border.weak,
      background: theme.colors.background.primary,
      states: Object.fromEntries(
        states.map((state) => [state, looks[state].colour]),
      ) as unknown as DrawStyle['states'],
    }),
    [theme, looks],
  );
}

export interface DrawingSettings {
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  readonly looks: StateLooks;
  readonly shadeMarks: boolean;
  readonly layout: Layout;
  readonly timeZone: TimeZone;
}

export function useDrawing(settings: DrawingSettings): Drawing {
  const { lanes, marks, looks, shadeMarks, layout, timeZone } = settings;
  const theme = useTheme2();
  const ratio = usePixelRatio();
  const style = useDrawStyle(looks);
  const ticks = useMemo(
    () => timeTicks(layout.fromMs, layout.toMs, Math.max(2, layout.plotWidth / 90), timeZone),
    [layout.fromMs, layout.toMs, layout.plotWidth, timeZone],
  );
  const drawn = useMemo(() => {
    const colourOf = ({ kind, colour }: Mark): string =>
      theme.visualization.getColorByName(colour || (kind === 'anomaly' ? 'purple' : 'blue'));
    return marks.map((mark) => ({ ...mark, colour: colourOf(mark) }));
  }, [marks, theme]);
  return useMemo(
    () => ({ lanes, marks: drawn, shadeMarks, layout, ratio, style, ticks }),
    [lanes, drawn, shadeMarks, layout, ratio, style, ticks],
  );
}
