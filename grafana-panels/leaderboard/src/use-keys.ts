import type { KeyboardEvent, RefObject } from 'react';
import type { ActiveRow } from './Board.tsx';
import { headerHeightPx } from './columns.ts';
import type { LeaderboardView } from './prepare.ts';

export interface KeySettings {
  readonly view: LeaderboardView;
  readonly active: ActiveRow | undefined;
  readonly activeIndex: number;
  readonly rowHeight: number;
  readonly bodyHeight: number;
  readonly scrollPx: number;
  /** It scrolls below its headings. */
  readonly grid: RefObject<HTMLElement | null>;
  setActive(active: ActiveRow | undefined): void;
}

/** Keys move from row to row and bring the row into sight; Enter pins, Escape lets go. */
export function useKeys(settings: KeySettings): (event: KeyboardEvent<HTMLElement>) => void {
  const { view, active, activeIndex, rowHeight, bodyHeight, scrollPx, grid, setActive } = settings;
  return (event) => {
    // Headings and the pinned card have keys of their own.
    if (event.target !== event.currentTarget) return;
    const { rows } = view;
    const next = nextRow(event.key, activeIndex, rows.length, Math.floor(bodyHeight / rowHeight));
    const box = grid.current?.getBoundingClientRect();
    if (event.key === 'Escape') setActive(undefined);
    else if ((event.key === 'Enter' || event.key === ' ') && active !== undefined)
      setActive({ ...active, isPinned: true });
    else if (next !== undefined && box !== undefined) {
      const top = next * rowHeight;
      const from = Math.min(top, Math.max(scrollPx, top + rowHeight - bodyHeight));
      grid.current?.scrollTo({ top: from });
      const at = { x: box.left + 60, y: box.top + headerHeightPx + top - from + rowHeight };
      setActive({ key: rows[next].entry.key, ...at, isPinned: false });
    } else return;
    event.preventDefault();
  };
}

/** The row that a key moves to; undefined for keys that move to none. */
export function nextRow(key: string, index: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const clamp = (row: number): number => Math.min(count - 1, Math.max(0, row));
  if (key === 'ArrowDown') return clamp(index + 1);
  if (key === 'ArrowUp') return clamp(index < 0 ? 0 : index - 1);
  if (key === 'PageDown') return clamp(index + page);
  if (key === 'PageUp') return clamp(index - page);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
