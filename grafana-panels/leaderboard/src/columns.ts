import type { LeaderboardOptions } from './options.ts';

export type ColumnId = 'rank' | 'rankChange' | 'name' | 'bar' | 'value' | 'gap' | 'change' | 'trend';

export interface Column {
  readonly id: ColumnId;
  readonly left: number;
  readonly width: number;
}

export interface ColumnSettings {
  readonly options: LeaderboardOptions;
  readonly width: number;
  readonly isCompared: boolean;
  readonly hasTrend: boolean;
  /** Room that ranks and values need, in CSS pixels. */
  readonly rankWidth: number;
  readonly valueWidth: number;
}

export const headerHeightPx = 26;

const padding = 8;

/** What the panel's own buttons need at the end of the headings. */
export const toolsWidthPx = 26;

/** What goes first where there is no room for all. */
const leastImportant: readonly ColumnId[] = ['gap', 'trend', 'change', 'bar', 'rankChange'];

/**
 * The columns and where they are. On a narrow panel the least important go first: gap, sparkline, change, bar; rank, name
 * and value always stay.
 */
export function layOutColumns(settings: ColumnSettings): readonly Column[] {
  const { options, width, isCompared, hasTrend } = settings;
  const wants: readonly (readonly [ColumnId, number, boolean])[] = [
    ['rank', settings.rankWidth, options.showRank],
    ['rankChange', 52, options.showRankChange && isCompared],
    ['name', Math.min(220, Math.max(80, width * 0.22)), true],
    ['bar', 44, options.showBar],
    ['value', settings.valueWidth, true],
    ['gap', settings.valueWidth, options.showGap],
    ['change', 84, options.showChange && isCompared],
    ['trend', Math.min(180, Math.max(90, width * 0.16)), options.showSparkline && hasTrend],
  ];
  let shown = wants.filter(([, , isShown]) => isShown);
  // The tools stand beside the last heading: texts that end at the right must not be under them.
  const room = (): number => width - (shown.at(-1)?.[0] === 'trend' ? 0 : toolsWidthPx);
  const used = (): number => shown.reduce((sum, [, need]) => sum + need + padding, -padding);
  for (const id of leastImportant) if (used() > room()) shown = shown.filter((want) => want[0] !== id);
  // What is left goes to the bar, or to the name where there is none.
  const wide: ColumnId = shown.some(([id]) => id === 'bar') ? 'bar' : 'name';
  const rest = Math.max(0, room() - used());
  let left = 0;
  return shown.map(([id, need]) => {
    const column = { id, left, width: Math.floor(id === wide ? need + rest : need) };
    left += column.width + padding;
    return column;
  });
}

/** Rows that are in sight, and a few more on both sides: [first, last). */
export function rowsInSight(
  scrollPx: number,
  heightPx: number,
  rowHeightPx: number,
  count: number,
): readonly [number, number] {
  const first = Math.max(0, Math.floor(scrollPx / rowHeightPx) - 3);
  return [Math.min(first, count), Math.min(count, Math.ceil((scrollPx + heightPx) / rowHeightPx) + 3)];
}
