import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { Mark } from './alerts.ts';
import { figureWidthPx, type Layout } from './layout.ts';
import { figureNames } from './names.ts';
import { translate } from './texts.ts';

export interface HeaderProps {
  readonly layout: Layout;
  readonly marks: readonly Mark[];
  readonly lanesName: string;
}

/** Names of the columns, beside the axis, and of the marks, beside them; screen readers hear them in the grid. */
export function Header({ layout, marks, lanesName }: HeaderProps): ReactElement {
  const styles = useStyles2(getStyles);
  const { axisHeight, marksHeight, figuresWidth, plotLeft } = layout;
  const hasNotes = marks.some(({ kind }) => kind === 'note');
  const hasAnomalies = marks.some(({ kind }) => kind === 'anomaly');
  const names = [hasAnomalies ? 'anomalies' : '', hasNotes ? 'notes' : ''].filter((name) => name !== '');
  const marksName = names.map((name) => translate(name)).join(', ');
  return (
    <>
      <div className={styles.row} style={{ height: axisHeight }}>
        <div
          className={styles.heading}
          style={{ left: 4, width: plotLeft - 10, lineHeight: `${axisHeight}px` }}
        >
          {lanesName}
        </div>
        {figuresWidth > 0 &&
          figureNames.map((name, i) => (
            <div
              key={name}
              className={styles.heading}
              title={translate(`${name}.meaning`)}
              style={{
                ...{ right: 14 + (2 - i) * figureWidthPx, width: figureWidthPx },
                ...{ lineHeight: `${axisHeight}px`, textAlign: 'right' },
              }}
            >
              {translate(name)}
            </div>
          ))}
      </div>
      {marksHeight > 0 && (
        <div
          className={styles.heading}
          title={marksName}
          style={{ top: axisHeight, left: 4, width: plotLeft - 10, lineHeight: `${marksHeight}px` }}
        >
          {marksName}
        </div>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ position: 'absolute', top: 0, left: 0, right: 0 }),
  heading: css({
    position: 'absolute',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
