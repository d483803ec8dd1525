import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactElement, useState } from 'react';

export interface TableColumn {
  readonly key: string;
  readonly title: string;
  readonly isNumber: boolean;
}

export interface TableViewProps {
  /** What a screen reader calls the table. */
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
  readonly width: number;
  readonly height: number;
  /** As a person reads it. */
  cell(row: number, column: number): string;
}

const rowHeightPx = 28;

/** What a panel shows as a table, for those who do not see pictures. Only the rows in sight exist. */
export function TableView({ label, columns, rowCount, width, height, cell }: TableViewProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [scrollPx, setScrollPx] = useState(0);
  const first = Math.min(rowCount, Math.max(0, Math.floor(scrollPx / rowHeightPx) - 4));
  const last = Math.min(rowCount, first + Math.ceil(height / rowHeightPx) + 8);
  const rows = Array.from({ length: last - first }, (_, i) => first + i);
  return (
    <section
      className={styles.scroll}
      style={{ width, height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard.
      tabIndex={0}
      aria-label={label}
      onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}
    >
      <table className={styles.table} aria-rowcount={rowCount + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ key, title, isNumber }) => (
              <th key={key} scope="col" data-number={isNumber}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: first * rowHeightPx }} />}
          {rows.map((row) => (
            <tr key={row} aria-rowindex={row + 2} style={{ height: rowHeightPx }}>
              {columns.map(({ key, isNumber }, column) => (
                <td key={key} data-number={isNumber}>
                  {cell(row, column)}
                </td>
              ))}
            </tr>
          ))}
          {last < rowCount && <tr style={{ height: (rowCount - last) * rowHeightPx }} />}
        </tbody>
      </table>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    overflow: 'auto',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  table: css({
    width: '100%',
    borderCollapse: 'collapse',
    fontVariantNumeric: 'tabular-nums',
    'th, td': {
      padding: theme.spacing(0.25, 1),
      textAlign: 'left',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      whiteSpace: 'nowrap',
    },
    th: { position: 'sticky', top: 0, background: theme.colors.background.primary, zIndex: 1 },
    '[data-number="true"]': { textAlign: 'right' },
  }),
});
