import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type MouseEvent, memo, type ReactElement, type ReactNode, useLayoutEffect, useRef } from 'react';
import type { ActiveRow } from './Board.tsx';
import type { Column, ColumnId } from './columns.ts';
import { changeText, judge, rankChangeSpoken, rankChangeText, rankText, valueText } from './formats.ts';
import { moveMs } from './moves.ts';
import type { LeaderboardOptions } from './options.ts';
import { barEnds, barOf, type LeaderboardView } from './prepare.ts';
import type { Ranked } from './ranking.ts';
import { sparkPath } from './sparkline.ts';

export interface BoardRowProps {
  readonly id: string;
  readonly row: Ranked;
  readonly view: LeaderboardView;
  readonly options: LeaderboardOptions;
  /** The time that sparklines stand for. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly index: number;
  readonly columns: readonly Column[];
  readonly rowHeight: number;
  readonly isActive: boolean;
  /** No movement, as the viewer or the options want it. */
  readonly isStill: boolean;
  onPoint(row: ActiveRow): void;
  /** How many rows a row has moved by since the rendering before. */
  moveOf(key: string): number;
}

/** Rendered again only when something of its own has changed: not for every move of the pointer. */
export const BoardRow = memo(function BoardRow(props: BoardRowProps): ReactElement {
  const { id, row, index, columns, rowHeight, isActive, isStill, onPoint, moveOf } = props;
  const { key } = row.entry;
  const styles = useStyles2(getStyles);
  const top = index * rowHeight;
  const element = useRef<HTMLDivElement>(null);
  // From where it stood to where it stands now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: who has this place has changed, and nothing else moves it.
  useLayoutEffect(() => {
    const way = isStill ? 0 : moveOf(key) * rowHeight;
    if (way === 0) return;
    const moving = element.current?.animate([{ transform: `translateY(${way}px)` }, { transform: 'none' }], {
      duration: moveMs,
      easing: 'ease-in-out',
    });
    return () => moving?.cancel();
  }, [key]);
  const point = (event: MouseEvent, isPinned: boolean): void =>
    onPoint({ key, x: event.clientX, y: event.clientY, isPinned });
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: a row of the grid, which has the focus and the keys.
    <div
      ref={element}
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      data-active={isActive}
      className={styles.row}
      style={{ top, height: rowHeight, lineHeight: `${rowHeight}px` }}
      onPointerMove={(event) => point(event, false)}
      onClick={(event) => point(event, true)}
    >
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid.
        <div
          key={column.id}
          role="gridcell"
          className={styles.cell}
          data-column={column.id}
          style={{ left: column.left, width: column.width }}
        >
          {cellContent(column.id, props, column, styles)}
        </div>
      ))}
    </div>
  );
});

type Styles = ReturnType<typeof getStyles>;

function cellContent(id: ColumnId, props: BoardRowProps, column: Column, styles: Styles): ReactNode {
  const { row, options, view, fromMs, toMs, rowHeight } = props;
  const { entry } = row;
  switch (id) {
    case 'rank':
      return rankText(row);
    case 'rankChange':
      return (
        <span data-direction={Math.sign(row.rankChange)} data-new={row.isNew} className={styles.rankChange}>
          <span aria-hidden="true">{rankChangeText(row)}</span>
          <span className={styles.spoken}>{rankChangeSpoken(row)}</span>
        </span>
      );
    case 'name':
      return <span title={entry.name}>{entry.name}</span>;
    case 'bar':
      return <Bar {...props} />;
    case 'value':
      return <span style={{ color: textColour(row) }}>{valueText(entry.field, entry.value)}</span>;
    case 'gap':
      return Number.isNaN(row.gap) ? '' : valueText(entry.field, row.gap);
    case 'change':
      return (
        <span className={styles.change} data-judgement={judge(row.difference, options.moreIs)}>
          {changeText(row, options.changeAs)}
        </span>
      );
    case 'trend': {
      if (entry.trend === undefined) return null;
      const box = { fromMs, toMs, width: column.width, height: rowHeight - 8 };
      return (
        <svg className={styles.trend} width={column.width} height={rowHeight - 8} aria-hidden="true">
          <path d={sparkPath(entry.trend, box)} style={{ stroke: barColour(row) }} />
        </svg>
      );
    }
    default:
      return view.count;
  }
}

function Bar({ row, view }: BoardRowProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [from, to] = barOf(row.entry.value, barEnds(row.entry.field, view));
  const part = (x: number): string => `${(x * 100).toFixed(2)}%`;
  return (
    <span className={styles.track}>
      <span
        className={styles.bar}
        style={{ left: part(from), width: part(to - from), background: barColour(row) }}
      />
    </span>
  );
}

/** The field's own colour; the theme's when the field does not say how it is coloured. */
function barColour({ entry: { field, value } }: Ranked): string | undefined {
  const { color, thresholds } = field.config;
  if (Number.isNaN(value) || (color === undefined && thresholds === undefined)) return undefined;
  return field.display?.(value).color;
}

/** Text takes the colour of a mapping only: those of thresholds are made for areas, and hard to read as letters. */
function textColour({ entry }: Ranked): string | undefined {
  if ((entry.field.config.mappings?.length ?? 0) === 0 || Number.isNaN(entry.value)) return undefined;
  const shown = entry.field.display?.(entry.value);
  return shown !== undefined && shown.text !== String(entry.value) ? shown.color : undefined;
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    position: 'absolute',
    left: 0,
    right: 0,
    cursor: 'pointer',
    // What changes within a row moves nothing outside of it.
    contain: 'layout paint style',
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '&[data-active="true"]': { background: theme.colors.action.hover },
  }),
  cell: css({
    position: 'absolute',
    height: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    '&[data-column="rank"], &[data-column="value"], &[data-column="gap"], &[data-column="change"]': {
      textAlign: 'right',
    },
    '&[data-column="rank"]': { color: theme.colors.text.secondary },
    '&[data-column="rankChange"]': { textAlign: 'center' },
    '&[data-column="value"]': { fontWeight: theme.typography.fontWeightMedium },
  }),
  rankChange: css({
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
    '&[data-direction="1"]': { color: theme.colors.success.text },
    '&[data-direction="-1"]': { color: theme.colors.error.text },
    '&[data-new="true"]': { color: theme.colors.info.text },
  }),
  spoken: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
  track: css({
    position: 'absolute',
    left: 0,
    right: 0,
    top: '25%',
    height: '50%',
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    overflow: 'hidden',
  }),
  bar: css({ position: 'absolute', top: 0, bottom: 0, background: theme.colors.primary.main }),
  change: css({
    '&[data-judgement="good"]': { color: theme.colors.success.text },
    '&[data-judgement="bad"]': { color: theme.colors.error.text },
  }),
  trend: css({
    display: 'block',
    marginTop: 4,
    path: { fill: 'none', stroke: theme.colors.primary.main, strokeWidth: 1.5, strokeLinecap: 'round' },
  }),
});
