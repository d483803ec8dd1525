import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { columnBuckets } from './cell-facts.ts';
import type { Formats } from './formats.ts';
import type { HeatmapView } from './prepare.ts';
import { translate } from './texts.ts';

export interface CellTableProps {
  readonly view: HeatmapView;
  readonly formats: Formats;
  readonly width: number;
  readonly height: number;
  readonly timeZone: string;
}

const rowHeightPx = 28;

/** Every cell that has a value as a line of a table, newest first: what the picture shows, for those who do not see it. */
export function CellTable({ view, formats, width, height, timeZone }: CellTableProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [scrollPx, setScrollPx] = useState(0);
  const lines = useMemo(() => tableLines(view), [view]);
  const first = Math.max(0, Math.floor(scrollPx / rowHeightPx) - 4);
  const last = Math.min(lines.length, first + Math.ceil(height / rowHeightPx) + 8);
  const { grid } = view;
  return (
    <section
      className={styles.scroll}
      style={{ width, height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard.
      tabIndex={0}
      aria-label={translate('table.label')}
      onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}
    >
      <table className={styles.table} aria-rowcount={lines.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {['time', 'row', 'value', 'share'].map((key) => (
              <th key={key} scope="col">
                {translate(`table.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: first * rowHeightPx }} />
          {lines.slice(first, last).map(({ column, low, high, value, share }, i) => (
            <tr key={`${column} ${low}`} aria-rowindex={first + i + 2} style={{ height: rowHeightPx }}>
              <td>
                {dateTimeFormat(grid.columnEndsMs[column], { timeZone, format: 'YYYY-MM-DD HH:mm:ss' })}
              </td>
              <td>
                {grid.kind === 'names'
                  ? grid.rowNames[low]
                  : `${formats.bound(grid.rowEdges[low])} – ${formats.bound(grid.rowEdges[high])}`}
              </td>
              <td>{formats.value(value)}</td>
              <td>{formats.share(share)}</td>
            </tr>
          ))}
          <tr style={{ height: (lines.length - last) * rowHeightPx }} />
        </tbody>
      </table>
    </section>
  );
}

interface TableLine {
  readonly column: number;
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly share: number;
}

function tableLines({ grid, levels }: HeatmapView): readonly TableLine[] {
  const lines: TableLine[] = [];
  for (let column = grid.columnCount - 1; column >= 0; column--) {
    const buckets = columnBuckets(grid, column);
    const total = buckets.reduce((sum, { value }) => sum + value, 0);
    for (const { low, high, value } of buckets) {
      if (levels[low * grid.columnCount + column] === 0) continue;
      lines.push({ column, low, high, value, share: total > 0 ? value / total : Number.NaN });
    }
  }
  return lines;
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflow: 'auto' }),
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
    th: { position: 'sticky', top: 0, background: theme.colors.background.primary },
    'td:nth-of-type(n+3), th:nth-of-type(n+3)': { textAlign: 'right' },
  }),
});
