import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { memo, type ReactElement } from 'react';
import type { Layout } from './layout.ts';
import { figureWidthPx } from './layout.ts';
import { figureNames, figureTexts, laneName } from './names.ts';
import type { Lane } from './prepare.ts';
import { translate } from './texts.ts';

export interface LaneRowProps {
  readonly id: string;
  readonly lane: Lane;
  readonly index: number;
  readonly layout: Layout;
  readonly isActive: boolean;
}

/** A lane's name and figures; its bars are on the canvas below. Scrolling does not draw those again that stay. */
export const LaneRow = memo(function LaneRow(props: LaneRowProps): ReactElement {
  const { id, lane, index, layout, isActive } = props;
  const styles = useStyles2(getStyles);
  const { laneHeight, plotLeft, figuresWidth } = layout;
  const { alertCount, openCount, returnCount } = lane.figures;
  const name = laneName(lane);
  const label = { name, count: alertCount, open: openCount, returns: returnCount };
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a row of the grid, which has the focus and the keys.
    <div
      id={id}
      role="row"
      // The first row has the names of the columns.
      aria-rowindex={index + 2}
      aria-selected={isActive}
      aria-label={translate('lane.label', label)}
      data-active={isActive}
      className={styles.row}
      style={{ top: index * laneHeight, height: laneHeight, lineHeight: `${laneHeight}px` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid. */}
      <div role="gridcell" className={styles.name} style={{ width: plotLeft - 10 }} title={name}>
        {openCount > 0 && <span className={styles.open} aria-hidden="true" />}
        {name}
      </div>
      {figuresWidth > 0 &&
        figureTexts(lane.figures).map((text, i) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid.
          <div
            key={figureNames[i]}
            role="gridcell"
            className={styles.figure}
            style={{ right: 14 + (2 - i) * figureWidthPx, width: figureWidthPx }}
          >
            {text}
          </div>
        ))}
    </div>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    position: 'absolute',
    left: 0,
    right: 0,
    // What is within concerns nothing without.
    contain: 'strict',
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    // Not over the bars, whose colours mean something.
    '&[data-active="true"]': { boxShadow: `inset 0 1px ${theme.colors.border.medium}` },
    '&[data-active="true"] > div': { background: theme.colors.action.hover },
  }),
  name: css({
    position: 'absolute',
    left: theme.spacing(0.5),
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    textOverflow: 'ellipsis',
  }),
  open: css({
    display: 'inline-block',
    width: 6,
    height: 6,
    marginRight: 6,
    verticalAlign: 'middle',
    borderRadius: '50%',
    background: theme.colors.error.main,
  }),
  figure: css({ position: 'absolute', textAlign: 'right', color: theme.colors.text.secondary }),
});
