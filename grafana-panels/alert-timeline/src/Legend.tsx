import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { AlertState } from './alerts.ts';
import { stateHeights } from './draw.ts';
import { type Layout, legendRightPx } from './layout.ts';
import type { StateLooks } from './state-looks.ts';

export interface LegendProps {
  readonly layout: Layout;
  readonly looks: StateLooks;
  readonly listed: readonly AlertState[];
}

/** What colours and heights mean, of the states that there are. */
export function Legend({ layout, looks, listed }: LegendProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.legend} style={{ height: layout.legendHeight, paddingLeft: layout.legendLeft }}>
      {listed.map((state) => (
        <span key={state} className={styles.entry}>
          <span
            className={styles.swatch}
            style={{ background: looks[state].colour, height: Math.max(2, 12 * stateHeights[state]) }}
          />
          {looks[state].text}
        </span>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({
    position: 'absolute',
    left: 0,
    right: legendRightPx,
    bottom: 0,
    display: 'flex',
    flexWrap: 'wrap',
    alignContent: 'space-evenly',
    columnGap: theme.spacing(1.5),
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  entry: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  swatch: css({ width: 12, borderRadius: 1, flexShrink: 0 }),
});
