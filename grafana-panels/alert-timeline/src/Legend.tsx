import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { states } from './alerts.ts';
import { figureWidthPx, type Layout } from './layout.ts';
import { translate } from './texts.ts';
import { useDrawStyle } from './use-drawing.ts';

/** What the colours mean. */
export function Legend({ layout }: { readonly layout: Layout }): ReactElement {
  const styles = useStyles2(getStyles);
  const style = useDrawStyle();
  return (
    <div className={styles.legend} style={{ height: layout.legendHeight, paddingLeft: layout.plotLeft }}>
      {states.toReversed().map((state) => (
        <span key={state} className={styles.entry}>
          <span className={styles.swatch} style={{ background: style.states[state] }} />
          {translate(`state.${state}`)}
        </span>
      ))}
    </div>
  );
}

/** Names of the figures and of the marks, beside the axis. */
export function Headings({ layout }: { readonly layout: Layout }): ReactElement {
  const styles = useStyles2(getStyles);
  const { axisHeight, marksHeight, figuresWidth, plotLeft } = layout;
  const names = ['figure.returns', 'figure.toAcknowledge', 'figure.toResolve'];
  return (
    <>
      {marksHeight > 0 && (
        <div
          className={styles.heading}
          style={{ top: axisHeight, left: 4, width: plotLeft - 10, lineHeight: `${marksHeight}px` }}
        >
          {translate('anomalies')}
        </div>
      )}
      {figuresWidth > 0 &&
        names.map((name, i) => (
          <div
            key={name}
            className={styles.heading}
            style={{
              ...{ top: 0, right: 14 + (2 - i) * figureWidthPx, width: figureWidthPx },
              ...{ lineHeight: `${axisHeight}px`, textAlign: 'right' },
            }}
          >
            {translate(name)}
          </div>
        ))}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  entry: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  swatch: css({ width: 12, height: 8, borderRadius: 2 }),
  heading: css({
    position: 'absolute',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
