import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { legendBar } from './draw.ts';
import { legendHeightPx } from './layout.ts';
import type { HeatmapModel } from './use-heatmap.ts';

export interface LegendMarkerProps {
  readonly model: HeatmapModel;
  readonly height: number;
  readonly value: number;
}

/** Where in the legend's colours the value of the cell is. */
export function LegendMarker({ model, value, height }: LegendMarkerProps): ReactElement | null {
  const styles = useStyles2(getStyles);
  const { view, geometry } = model;
  const level = view.scale.levelOf(value);
  if (level === 0 || height < 140) return null;
  const part = view.isStepped ? (level - 0.5) / view.colours.length : (level - 1) / (view.colours.length - 1);
  const { width } = legendBar(geometry);
  return (
    <div
      className={styles.marker}
      style={{ left: part * width - 1, top: height - legendHeightPx + 3 - geometry.plot.top }}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  marker: css({
    position: 'absolute',
    width: 3,
    height: 14,
    background: theme.colors.text.maxContrast,
    border: `1px solid ${theme.colors.background.primary}`,
    pointerEvents: 'none',
  }),
});
