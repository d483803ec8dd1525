import type { KeyboardEvent, RefObject } from 'react';
import { alertsAt } from './hit-test.ts';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';
import type { TargetSettings } from './use-pointer.ts';

export interface KeySettings extends TargetSettings {
  readonly scroller: RefObject<HTMLElement | null>;
}

/** Up and down go from lane to lane, left and right from span to span; Enter pins, Escape lets go. */
export function useTimelineKeys(settings: KeySettings): (event: KeyboardEvent<HTMLElement>) => void {
  const { lanes, layout, target, setTarget, scroller } = settings;
  return (event) => {
    // Keys within the pinned card are its own.
    if (!event.currentTarget.contains(event.target as Node)) return;
    const current = target?.laneIndex ?? -1;
    if (event.key === 'Escape') setTarget(undefined);
    else if (event.key === 'Enter' && target !== undefined) setTarget({ ...target, isPinned: true });
    else {
      const next = nextLane(
        event.key,
        current,
        lanes.length,
        Math.floor(layout.plotHeight / layout.laneHeight),
      );
      const element = scroller.current;
      if (next === undefined || element === null) return;
      const top = next * layout.laneHeight;
      const scroll = Math.min(top, Math.max(settings.scrollPx, top + layout.laneHeight - layout.plotHeight));
      element.scrollTo({ top: scroll });
      const lane = lanes[next];
      const span = spanFor(
        event.key,
        lane,
        layout,
        next === current ? target?.intervals[0]?.startMs : undefined,
      );
      const startMs = lane.spans.startsMs[span];
      const box = element.getBoundingClientRect();
      const y = box.top + top - scroll + layout.laneHeight;
      const x = box.left + layout.clampX(startMs);
      setTarget({ laneIndex: next, intervals: alertsAt(lane, startMs, 0), marks: [], x, y, isPinned: false });
    }
    event.preventDefault();
  };
}

/** The span that a key moves to; without one before, the last, since the latest matters most. */
function spanFor(key: string, { spans }: Lane, layout: Layout, fromMs: number | undefined): number {
  const last = Math.max(
    0,
    spans.startsMs.findLastIndex((startMs) => startMs <= layout.toMs),
  );
  if (fromMs === undefined) return last;
  const at = spans.startsMs.findLastIndex((startMs) => startMs <= fromMs);
  if (key === 'ArrowLeft') return Math.max(0, at - 1);
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
