import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type KeyboardEvent, type ReactElement, useId, useMemo, useRef, useState } from 'react';
import { useReducedMotion } from '../../shared/src/hooks.ts';
import { BoardRow } from './BoardRow.tsx';
import { type Column, layOutColumns, rowsInSight } from './columns.ts';
import { rankText, valueText } from './formats.ts';
import { Header, headerHeightPx } from './Header.tsx';
import { OthersRow } from './OthersRow.tsx';
import type { LeaderboardOptions } from './options.ts';
import type { LeaderboardView } from './prepare.ts';
import { RowCard } from './RowCard.tsx';
import type { Ranked } from './ranking.ts';
import { TimeLine } from './TimeLine.tsx';
import { translate } from './texts.ts';

export interface BoardProps extends PanelProps<LeaderboardOptions> {
  readonly view: LeaderboardView;
  onSort(by: LeaderboardOptions['sortBy']): void;
}

/** A row that is pointed at, or moved to with the keyboard. */
export interface ActiveRow {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
}

/** The rows as a grid of which only what is in sight exists: ten thousand cost as much as twenty. */
export function Board(props: BoardProps): ReactElement {
  const { view, options, width, height } = props;
  const styles = useStyles2(getStyles);
  const columns = useColumns(props);
  const isStill = useReducedMotion() || !options.animate;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollPx, setScrollPx] = useState(0);
  const [active, setActive] = useState<ActiveRow>();
  const bodyHeight = Math.max(0, height - headerHeightPx);
  const rowHeight = Math.max(18, options.rowHeightPx);
  const [first, last] = rowsInSight(scrollPx, bodyHeight, rowHeight, view.rows.length);
  const activeIndex = view.rows.findIndex(({ entry }) => entry.key === active?.key);
  const rowCount = view.rows.length + (view.others === undefined ? 0 : 1);
  const keys = { props, active, activeIndex, rowHeight, bodyHeight, scrollPx, setActive };
  const point = (key: string, x: number, y: number, isPinned: boolean): void =>
    setActive((before) => (before?.isPinned === true && !isPinned ? before : { key, x, y, isPinned }));
  const boardRow = (row: Ranked, index: number): ReactElement => (
    <BoardRow
      key={row.entry.key}
      {...{ ...props, row, index, columns, rowHeight, isStill }}
      id={`${id}${index}`}
      isActive={row.entry.key === active?.key}
      onPoint={(x, y, isPinned) => point(row.entry.key, x, y, isPinned)}
    />
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold only those of its rows that are in sight.
    <div
      role="grid"
      tabIndex={0}
      className={styles.grid}
      aria-label={translate('grid.label', { count: view.count })}
      aria-rowcount={rowCount + 1}
      aria-activedescendant={activeIndex >= first && activeIndex < last ? `${id}${activeIndex}` : undefined}
      onKeyDown={(event) => onKey(event, { ...keys, scroller: scroller.current })}
    >
      <Header columns={columns} options={options} onSort={props.onSort} />
      <div
        ref={scroller}
        role="presentation"
        className={styles.body}
        style={{ width, height: bodyHeight }}
        onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}
        onPointerLeave={() => setActive((before) => (before?.isPinned === true ? before : undefined))}
      >
        <div role="presentation" className={styles.sheet} style={{ height: rowCount * rowHeight }}>
          {view.rows.slice(first, last).map((row, i) => boardRow(row, first + i))}
          {view.others !== undefined && last === view.rows.length && (
            <OthersRow {...props} others={view.others} columns={columns} rowHeight={rowHeight} />
          )}
        </div>
      </div>
      <TimeLine {...props} columns={columns} bodyHeight={bodyHeight} />
      {active !== undefined && activeIndex >= 0 && (
        <RowCard
          {...props}
          active={active}
          row={view.rows[activeIndex]}
          onClose={() => setActive(undefined)}
        />
      )}
    </div>
  );
}

interface KeySettings {
  readonly props: BoardProps;
  readonly active: ActiveRow | undefined;
  readonly activeIndex: number;
  readonly rowHeight: number;
  readonly bodyHeight: number;
  readonly scrollPx: number;
  readonly scroller: HTMLElement | null;
  setActive(active: ActiveRow | undefined): void;
}

/** Keys move from row to row and bring the row into sight; Enter pins, Escape lets go. */
function onKey(event: KeyboardEvent<HTMLElement>, settings: KeySettings): void {
  const { props, active, activeIndex, rowHeight, bodyHeight, scrollPx, scroller, setActive } = settings;
  const { rows } = props.view;
  const next = nextRow(event.key, activeIndex, rows.length, Math.floor(bodyHeight / rowHeight));
  const box = scroller?.getBoundingClientRect();
  if (event.key === 'Escape') setActive(undefined);
  else if (event.key === 'Enter' && active !== undefined) setActive({ ...active, isPinned: true });
  else if (next !== undefined && box !== undefined) {
    const top = next * rowHeight;
    const from = Math.min(top, Math.max(scrollPx, top + rowHeight - bodyHeight));
    scroller?.scrollTo({ top: from });
    const at = { x: box.left + 60, y: box.top + top - from + rowHeight };
    setActive({ key: rows[next].entry.key, ...at, isPinned: false });
  } else return;
  event.preventDefault();
}

function useColumns({ view, options, width }: BoardProps): readonly Column[] {
  const theme = useTheme2();
  return useMemo(() => {
    const letterPx = theme.typography.fontSize * 0.58;
    const sample = view.rows.slice(0, 50);
    const longest = (texts: readonly string[]): number =>
      texts.reduce((max, text) => Math.max(max, text.length), 0);
    const values = longest(sample.map(({ entry }) => valueText(entry.field, entry.value)));
    const ranks = Math.max(String(view.count).length, longest(sample.map(rankText)));
    return layOutColumns({
      options,
      width: width - 12,
      isCompared: view.isCompared,
      hasTrend: sample.some(({ entry }) => entry.trend !== undefined),
      rankWidth: Math.ceil(ranks * letterPx) + 14,
      valueWidth: Math.max(56, Math.ceil(values * letterPx) + 12),
    });
  }, [view, options, width, theme]);
}

/** The row that a key moves to; undefined for keys that move to none. */
function nextRow(key: string, index: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const clamp = (row: number): number => Math.min(count - 1, Math.max(0, row));
  if (key === 'ArrowDown') return clamp(index + 1);
  if (key === 'ArrowUp') return clamp(index < 0 ? 0 : index - 1);
  if (key === 'PageDown') return clamp(index + page);
  if (key === 'PageUp') return clamp(index - page);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    position: 'relative',
    fontVariantNumeric: 'tabular-nums',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  body: css({ overflowX: 'hidden', overflowY: 'auto' }),
  sheet: css({ position: 'relative' }),
});
