import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactElement, useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useReducedMotion } from '../../shared/src/hooks.ts';
import { BoardRow } from './BoardRow.tsx';
import { type Column, layOutColumns, rowsInSight } from './columns.ts';
import { rankText, valueText } from './formats.ts';
import { Header, headerHeightPx } from './Header.tsx';
import { LeaderNews } from './LeaderNews.tsx';
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
  const { view, options, width, height, timeRange, isReversed } = props;
  const styles = useStyles2(getStyles);
  const columns = useColumns(props);
  const isStill = useReducedMotion() || !options.animate;
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollPx, setScrollPx] = useState(0);
  const [active, setActive] = useState<ActiveRow>();
  const bodyHeight = Math.max(0, height - headerHeightPx);
  const rowHeight = Math.max(18, options.rowHeightPx);
  const [first, last] = rowsInSight(scrollPx, bodyHeight, rowHeight, view.rows.length);
  const activeKey = active?.key;
  const activeIndex = useMemo(
    () => (activeKey === undefined ? -1 : view.rows.findIndex(({ entry }) => entry.key === activeKey)),
    [view, activeKey],
  );
  const rowCount = view.rows.length + (view.others === undefined ? 0 : 1);
  const onKeyDown = useKeys({
    view,
    active,
    activeIndex,
    rowHeight,
    bodyHeight,
    scrollPx,
    scroller,
    setActive,
  });
  const onPoint = useCallback((row: ActiveRow) => {
    setActive((before) => (before?.isPinned === true && !row.isPinned ? before : row));
  }, []);
  const placeBefore = usePlacesBefore(view, first, last);
  const [fromMs, toMs] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold only those of its rows that are in sight.
    <div
      ref={grid}
      role="grid"
      tabIndex={0}
      className={styles.grid}
      aria-label={translate('grid.label', { count: view.count })}
      aria-rowcount={rowCount + 1}
      aria-activedescendant={activeIndex >= first && activeIndex < last ? `${id}${activeIndex}` : undefined}
      onKeyDown={onKeyDown}
    >
      <Header columns={columns} options={options} isReversed={isReversed} onSort={props.onSort} />
      <div
        ref={scroller}
        role="presentation"
        className={styles.body}
        style={{ width, height: bodyHeight }}
        onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}
        onPointerLeave={() => setActive((before) => (before?.isPinned === true ? before : undefined))}
      >
        <div role="presentation" className={styles.sheet} style={{ height: rowCount * rowHeight }}>
          {view.rows.slice(first, last).map((row, i) => (
            // By place, not by name: a sort then changes texts instead of making every row anew.
            <BoardRow
              // biome-ignore lint/suspicious/noArrayIndexKey: as above.
              key={first + i}
              {...{ row, view, columns, rowHeight, isStill, options, fromMs, toMs, onPoint, placeBefore }}
              index={first + i}
              id={`${id}${first + i}`}
              isActive={first + i === activeIndex}
            />
          ))}
          {view.others !== undefined && last === view.rows.length && (
            <OthersRow {...props} others={view.others} columns={columns} rowHeight={rowHeight} />
          )}
        </div>
      </div>
      <TimeLine
        {...{ ...props, columns, bodyHeight, rowHeight, scrollPx, onPoint }}
        onLeave={() => setActive((before) => (before?.isPinned === true ? before : undefined))}
      />
      <LeaderNews view={view} isRanked={options.sortBy === 'value' && !isReversed} />
      {active !== undefined && activeIndex >= 0 && (
        <RowCard
          {...props}
          active={active}
          row={view.rows[activeIndex]}
          onClose={() => {
            setActive(undefined);
            grid.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );
}

/** Where the rows in sight stood before this rendering: what has moved is seen moving. */
function usePlacesBefore(
  { rows }: LeaderboardView,
  first: number,
  last: number,
): (key: string) => number | undefined {
  const places = useRef<ReadonlyMap<string, number>>(new Map());
  // Effects of the rows run before this one: they still read the places of the rendering before.
  useLayoutEffect(() => {
    places.current = new Map(rows.slice(first, last).map(({ entry }, i) => [entry.key, first + i]));
  }, [rows, first, last]);
  return useCallback((key) => places.current.get(key), []);
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
    fontVariantNumeric: 'tabular-nums',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  body: css({ overflowX: 'hidden', overflowY: 'auto' }),
  sheet: css({ position: 'relative' }),
});
