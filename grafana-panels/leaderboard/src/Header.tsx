import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { type Column, type ColumnId, headerHeightPx } from './columns.ts';
import type { LeaderboardOptions } from './options.ts';
import { translate } from './texts.ts';

const sorts: Partial<Record<ColumnId, LeaderboardOptions['sortBy']>> = {
  rank: 'value',
  rankChange: 'rank-change',
  name: 'name',
  value: 'value',
  change: 'change',
};

export interface HeaderProps {
  readonly columns: readonly Column[];
  readonly options: LeaderboardOptions;
  /** The viewer turned the order round. */
  readonly isReversed: boolean;
  onSort(by: LeaderboardOptions['sortBy']): void;
}

export function Header({ columns, options, isReversed, onSort }: HeaderProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a row of the grid.
    <div role="row" aria-rowindex={1} className={styles.row}>
      {columns.map(({ id, left, width }) => {
        const sort = sorts[id];
        const isSorted = sort === options.sortBy && id !== 'rank';
        const startsLow = id === 'name' || (id === 'value' && options.order === 'low');
        const isAscending = startsLow !== isReversed;
        const text = translate(`column.${id}`);
        return (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid.
          <div
            key={id}
            role="columnheader"
            className={styles.cell}
            data-column={id}
            style={{ left, width }}
            aria-sort={isSorted ? (isAscending ? 'ascending' : 'descending') : undefined}
          >
            {sort === undefined ? (
              // What a bar is needs no heading for those who see it.
              <span className={id === 'bar' ? styles.spoken : undefined}>{text}</span>
            ) : (
              <button type="button" className={styles.button} onClick={() => onSort(sort)}>
                {text}
                {isSorted && <span aria-hidden="true">{isAscending ? ' ↑' : ' ↓'}</span>}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    position: 'sticky',
    top: 0,
    zIndex: 1,
    background: theme.colors.background.primary,
    height: headerHeightPx,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  cell: css({
    position: 'absolute',
    lineHeight: `${headerHeightPx}px`,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    '&[data-column="rank"], &[data-column="value"], &[data-column="gap"], &[data-column="change"]': {
      textAlign: 'right',
    },
    '&[data-column="rankChange"]': { textAlign: 'center' },
  }),
  spoken: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
  button: css({
    all: 'unset',
    cursor: 'pointer',
    '&:hover': { color: theme.colors.text.primary },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
});
