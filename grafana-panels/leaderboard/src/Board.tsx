import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactElement, useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useReducedMotion } from '../../shared/src/hooks.ts';
import { followOneClick } from '../../shared/src/links-and-actions.ts';
import { BoardRow } from './BoardRow.tsx';
import { type Column, headerHeightPx, layOutColumns, rowsInSight } from './columns.ts';
import { rankText, valueText } from './formats.ts';
import { Header } from './Header.tsx';
import { moveMs, movesOf } from './moves.ts';
import { OthersRow } from './OthersRow.tsx';
import type { LeaderboardOptions } from './options.ts';
import type { LeaderboardView } from './prepare.ts';
import { RowCard } from './RowCard.tsx';
import { TimeLine } from './TimeLine.tsx';
import { translate } from './texts.ts';
import { useKeys } from './use-keys.ts';

export interface BoardProps extends PanelProps<LeaderboardOptions> {
  readonly view: LeaderboardView;
  readonly isReversed: boolean;
  onSort(by: LeaderboardOptions['sortBy']): void;
}

/** A row that is pointed at, or moved to with the keyboard. */
export interface ActiveRow {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
  /** The time that is pointed at, over a sparkline. */
  readonly timeMs?: number | undefined;
}

/** The rows as a grid of which only what is in sight exists: ten thousand cost as much as twenty. */
export function Board(props: BoardProps): ReactElement {
  const { view, options, width, height, isReversed } = props;
  const styles = useStyles2(getStyles);
  const columns = useColumns(props);
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const [scrollPx, setScrollPx] = useState(0);
  const { active, activeIndex, setActive, onPoint, onLeave } = useActiveRow(props);
  const bodyHeight = Math.max(0, height - headerHeightPx);
  const rowHeight = Math.max(18, options.rowHeightPx);
  const [first, last] = rowsInSight(scrollPx, bodyHeight, rowHeight, view.rows.length);
  const onKeyDown = useKeys({
    view,
    active,
    activeIndex,
    rowHeight,
    bodyHeight,
    scrollPx,
    grid,
    setActive,
  });
  const layout = { id, columns, first, last, rowHeight, onPoint, onLeave };
  const close = (): void => {
    setActive(undefined);
    grid.current?.focus({ preventScroll: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold only those of its rows that are in sight.
    <div
      ref={grid}
      role="grid"
      tabIndex={0}
      className={styles.grid}
      style={{ width, height }}
      aria-label={translate('grid.label', { count: view.count })}
      aria-rowcount={view.rows.length + (view.others === undefined ? 1 : 2)}
      aria-activedescendant={activeIndex >= first && activeIndex < last ? `${id}${activeIndex}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}
    >
      <Header columns={columns} options={options} isReversed={isReversed} onSort={props.onSort} />
      <Rows {...props} {...layout} activeIndex={activeIndex} />
      {active !== undefined && activeIndex >= 0 && (
        <RowCard {...props} active={active} row={view.rows[activeIndex]} onClose={close} />
      )}
    </div>
  );
}

interface RowsProps extends Omit<BoardProps, 'id'> {
  readonly id: string;
  readonly columns: readonly Column[];
  /** Rows in sight, [first, last). */
  readonly first: number;
  readonly last: number;
  readonly rowHeight: number;
  readonly activeIndex: number;
  onPoint(row: ActiveRow): void;
  onLeave(): void;
}

function Rows(props: RowsProps): ReactElement {
  const { id, view, options, timeRange, columns, first, last, rowHeight, onPoint } = props;
  const styles = useStyles2(getStyles);
  const isStill = useReducedMotion() || !options.animate;
  const moveOf = useMoves(view, first, last);
  const [fromMs, toMs] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const rowCount = view.rows.length + (view.others === undefined ? 0 : 1);
  return (
    <div
      role="presentation"
      className={styles.sheet}
      style={{ height: rowCount * rowHeight }}
      onPointerLeave={props.onLeave}
    >
      {view.rows.slice(first, last).map((row, i) => (
        // By place, not by name: a sort then changes texts instead of making every row anew.
        <BoardRow
          // biome-ignore lint/suspicious/noArrayIndexKey: as above.
          key={first + i}
          {...{ row, view, columns, rowHeight, isStill, options, fromMs, toMs, onPoint, moveOf }}
          index={first + i}
          id={`${id}${first + i}`}
          isActive={first + i === props.activeIndex}
        />
      ))}
      {view.others !== undefined && last === view.rows.length && (
        <OthersRow {...{ view, options, columns, rowHeight }} others={view.others} />
      )}
      <TimeLine {...props} />
    </div>
  );
}

interface ActiveRowState {
  readonly active: ActiveRow | undefined;
  /** -1: none, or no longer there. */
  readonly activeIndex: number;
  setActive(active: ActiveRow | undefined): void;
  onPoint(row: ActiveRow): void;
  onLeave(): void;
}

/** The row that is pointed at: a pinned one stays until it is let go. */
function useActiveRow(props: BoardProps): ActiveRowState {
  const { view } = props;
  const [active, setActive] = useState<ActiveRow>();
  const key = active?.key;
  const activeIndex = useMemo(
    () => (key === undefined ? -1 : view.rows.findIndex(({ entry }) => entry.key === key)),
    [view, key],
  );
  const latest = useRef(props);
  latest.current = props;
  const onPoint = useCallback((row: ActiveRow) => {
    const { view: shown, replaceVariables } = latest.current;
    const entry = row.isPinned ? shown.rows.find((each) => each.entry.key === row.key)?.entry : undefined;
    if (entry !== undefined && followOneClick([entry], replaceVariables)) return;
    setActive((before) => (before?.isPinned === true && !row.isPinned ? before : row));
  }, []);
  const onLeave = useCallback(() => {
    setActive((before) => (before?.isPinned === true ? before : undefined));
  }, []);
  return { active, activeIndex, setActive, onPoint, onLeave };
}

/**
 * How many rows a row has moved by since the rendering before. Nothing is seen moving that is told to move again before it
 * has arrived: a stream that is faster than that shows where things are.
 */
function useMoves({ rows }: LeaderboardView, first: number, last: number): (key: string) => number {
  const before = useRef<ReadonlyMap<string, number>>(new Map());
  const untilMs = useRef(0);
  const now = useMemo(
    () => new Map(rows.slice(first, last).map(({ entry }, i) => [entry.key, first + i])),
    [rows, first, last],
  );
  const found = useMemo(() => ({ now, moves: undefined as ReadonlyMap<string, number> | undefined }), [now]);
  const latest = useRef(found);
  latest.current = found;
  // Effects of the rows run before this one: they still read the places of the rendering before.
  useLayoutEffect(() => {
    before.current = now;
  }, [now]);
  return useCallback((key) => {
    const { current } = latest;
    if (current.moves === undefined) {
      const timeMs = Number(document.timeline.currentTime ?? 0);
      const all = movesOf(before.current, current.now);
      current.moves = timeMs < untilMs.current ? new Map() : all;
      if (all.size > 0) untilMs.current = timeMs + moveMs;
    }
    return current.moves.get(key) ?? 0;
  }, []);
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

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    position: 'relative',
    overflowX: 'hidden',
    overflowY: 'auto',
    fontVariantNumeric: 'tabular-nums',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  sheet: css({ position: 'relative' }),
});
