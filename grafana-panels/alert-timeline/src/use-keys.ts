import type { AbsoluteTimeRange } from '@grafana/data';
import type { KeyboardEvent, RefObject } from 'react';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';
import type { Spans } from './spans.ts';
import type { Seen, Target } from './target.ts';

export interface KeySettings {
  readonly lanes: readonly Lane[];
  readonly layout: Layout;
  scrollPx(): number;
  readonly target: Target | undefined;
  readonly seen: Seen | undefined;
  readonly scroller: RefObject<HTMLElement | null>;
  setTarget(target: Target | undefined): void;
  onChangeTimeRange(range: AbsoluteTimeRange): void;
}

/**
 * Up and down go from lane to lane, left and right from span to span; Enter pins, Z zooms to the span, Escape lets go.
 */
export function useTimelineKeys(settings: KeySettings): (event: KeyboardEvent<HTMLElement>) => void {
  return (event) => {
    // Keys within the pinned card are its own; those with Ctrl, Alt or Meta are the browser's and Grafana's.
    if (!event.currentTarget.contains(event.target as Node)) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (onKey(event.key, settings)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
}

/** Whether the key had a meaning. */
function onKey(key: string, settings: KeySettings): boolean {
  const { lanes, layout, target, seen, setTarget } = settings;
  const current = seen?.laneIndex ?? -1;
  if (key === 'Escape') {
    setTarget(undefined);
    return target !== undefined;
  }
  if ((key === 'Enter' || key === ' ') && target !== undefined) {
    setTarget({ ...target, isPinned: true });
    return true;
  }
  if (key === 'z' && target !== undefined && current >= 0) {
    zoomTo(lanes[current].spans, target.timeMs, settings);
    return true;
  }
  const next = nextLane(key, current, lanes.length, Math.floor(layout.plotHeight / layout.laneHeight));
  if (next === undefined) return false;
  moveTo(key, next, next === current ? target?.timeMs : undefined, settings);
  return true;
}

function moveTo(key: string, index: number, fromMs: number | undefined, settings: KeySettings): void {
  const { lanes, layout, scrollPx, scroller, setTarget } = settings;
  const element = scroller.current;
  if (element === null) return;
  const top = index * layout.laneHeight;
  const scroll = Math.min(top, Math.max(scrollPx(), top + layout.laneHeight - layout.plotHeight));
  element.scrollTo({ top: scroll });
  const { key: laneKey, spans } = lanes[index];
  const span = spanFor(key, spans, layout, fromMs);
  const timeMs = Math.max(spans.startsMs[span], Math.min(layout.fromMs, spans.endsMs[span] - 1));
  const box = element.getBoundingClientRect();
  const y = box.top + top - scroll + layout.laneHeight;
  const x = box.left + layout.clampX(timeMs);
  setTarget({ laneKey, timeMs, slackMs: 0, x, y, isPinned: false, by: 'keys' });
}

/** With a tenth of its length on both sides. */
function zoomTo(spans: Spans, timeMs: number, { onChangeTimeRange }: KeySettings): void {
  const at = spanAt(spans, timeMs);
  if (at < 0) return;
  const [startMs, endMs] = [spans.startsMs[at], spans.endsMs[at]];
  const aroundMs = Math.max(1000, (endMs - startMs) / 10);
  onChangeTimeRange({ from: Math.round(startMs - aroundMs), to: Math.round(endMs + aroundMs) });
}

function spanAt({ startsMs }: Spans, timeMs: number): number {
  return startsMs.findLastIndex((startMs) => startMs <= timeMs);
}

/** The span that a key moves to; without one before, the last in the range, since the latest matters most. */
function spanFor(key: string, spans: Spans, layout: Layout, fromMs: number | undefined): number {
  const last = Math.max(0, spanAt(spans, layout.toMs));
  const first = Math.min(
    last,
    Math.max(
      0,
      spans.endsMs.findIndex((endMs) => endMs > layout.fromMs),
    ),
  );
  if (fromMs === undefined) return last;
  const at = spanAt(spans, fromMs);
  if (key === 'ArrowLeft') return Math.max(first, at - 1);
  return key === 'ArrowRight' ? Math.min(last, at + 1) : at;
}

function nextLane(key: string, lane: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const clamp = (index: number): number => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowDown':
      return clamp(lane + 1);
    case 'ArrowUp':
      return clamp(lane - 1);
    case 'ArrowLeft':
    case 'ArrowRight':
      return clamp(lane);
    case 'PageDown':
      return clamp(lane + page);
    case 'PageUp':
      return clamp(lane - page);
    case 'Home':
      return 0;
    default:
      return key === 'End' ? count - 1 : undefined;
  }
}
