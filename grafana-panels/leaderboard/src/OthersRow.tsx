import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { BoardProps } from './Board.tsx';
import type { Column } from './columns.ts';
import { differenceText, valueText } from './formats.ts';
import type { Others } from './prepare.ts';
import { translate } from './texts.ts';

export interface OthersRowProps extends Pick<BoardProps, 'view' | 'options'> {
  readonly others: Others;
  readonly columns: readonly Column[];
  readonly rowHeight: number;
}

/** All that is below the limit. It has no rank, and a value only where adding up has a meaning. */
export function OthersRow({ others, view, options, columns, rowHeight }: OthersRowProps): ReactElement {
  const styles = useStyles2(getStyles);
  const field = view.rows[0]?.entry.field;
  const place = (id: Column['id']): { left: number; width: number } => {
    const { left, width } = columns.find((column) => column.id === id) ?? { left: 0, width: 0 };
    return { left, width };
  };
  const index = view.rows.length;
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a row of the grid.
    <div
      role="row"
      aria-rowindex={index + 2}
      className={styles.row}
      style={{ top: index * rowHeight, height: rowHeight, lineHeight: `${rowHeight}px` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid. */}
      <div role="gridcell" className={styles.cell} style={place('name')}>
        {translate('others.name', { count: others.count })}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid. */}
      <div role="gridcell" className={styles.cell} style={{ ...place('value'), textAlign: 'right' }}>
        {field !== undefined && !Number.isNaN(others.value) ? valueText(field, others.value) : ''}
      </div>
      {columns.some(({ id }) => id === 'change') && !Number.isNaN(others.value - others.previous) && (
        // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid.
        <div role="gridcell" className={styles.cell} style={{ ...place('change'), textAlign: 'right' }}>
          {differenceText(field, others.value - others.previous, others.previous, options.changeAs)}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ position: 'absolute', left: 0, right: 0, color: theme.colors.text.secondary }),
  cell: css({ position: 'absolute', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }),
});
