import type { AbsoluteTimeRange } from '@grafana/data';
import { type PointerEvent, useRef, useState } from 'react';
import type { Mark } from './alerts.ts';
import { alertsAt, marksAt } from './hit-test.ts';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';
import type { Target } from './Timeline.tsx';

export interface TargetSettings {
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  readonly layout: Layout;
  readonly scrollPx: number;
  readonly target: Target | undefined;
  setTarget(target: Target | undefined): void;
}

export interface PointerSettings extends TargetSettings {
  showTime(timeMs: number | undefined): void;
  publish(timeMs: number | undefined): void;
  onChangeTimeRange(range: AbsoluteTimeRange): void;
}

type Handler = (event: PointerEvent<HTMLElement>) => void;

export interface TimelinePointer {
  readonly brush: { readonly left: number; readonly width: number } | undefined;
  readonly handlers: Readonly<
    Record<'onPointerMove' | 'onPointerDown' | 'onPointerUp' | 'onPointerLeave' | 'onPointerCancel', Handler>
  >;
}

const [clickDistancePx, slackPx] = [5, 4];

/** Hover shows, a click pins, a drag over the plot zooms. */
export function useTimelinePointer(settings: PointerSettings): TimelinePointer {
  const { layout, target, setTarget, showTime, publish } = settings;
  const start = useRef<number>(undefined);
  const [brush, setBrush] = useState<TimelinePointer['brush']>();
  const tell = (timeMs: number | undefined): void => {
    showTime(timeMs);
    publish(timeMs);
  };
  const stop = (): void => {
    start.current = undefined;
    setBrush(undefined);
    tell(undefined);
    if (target?.isPinned !== true) setTarget(undefined);
  };
  return {
    brush,
    handlers: {
      onPointerMove(event) {
        const { x, y } = pointOf(event);
        tell(x >= layout.plotLeft ? layout.timeAt(x) : undefined);
        if (start.current !== undefined && Math.abs(x - start.current) >= clickDistancePx) {
          const [from, to] = [Math.min(start.current, x), Math.max(start.current, x)];
          const left = Math.max(layout.plotLeft, from);
          setBrush({ left, width: Math.max(0, Math.min(to, layout.plotLeft + layout.plotWidth) - left) });
        }
        if (target?.isPinned !== true) setTarget(targetAt(settings, x, y, event, false));
      },
      onPointerDown(event) {
        const { x, y } = pointOf(event);
        // A card is drawn elsewhere, but what happens on it is told here as well.
        const isOwn = event.currentTarget.contains(event.target as Node);
        if (isOwn && isInPlot(layout, x, y)) start.current = x;
      },
      onPointerUp(event) {
        const { x, y } = pointOf(event);
        const from = start.current;
        start.current = undefined;
        setBrush(undefined);
        if (from !== undefined && Math.abs(x - from) >= clickDistancePx) {
          const [a, b] = [layout.timeAt(from), layout.timeAt(x)];
          settings.onChangeTimeRange({ from: Math.min(a, b), to: Math.max(a, b) });
        } else if (event.currentTarget.contains(event.target as Node)) {
          setTarget(targetAt(settings, x, y, event, true));
        }
      },
      onPointerLeave: stop,
      onPointerCancel: stop,
    },
  };
}

function pointOf(event: PointerEvent<HTMLElement>): { readonly x: number; readonly y: number } {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function isInPlot({ plotLeft, plotWidth, plotTop, plotHeight }: Layout, x: number, y: number): boolean {
  return x >= plotLeft && x <= plotLeft + plotWidth && y >= plotTop && y <= plotTop + plotHeight;
}

function targetAt(
  { layout, lanes, marks, scrollPx }: TargetSettings,
  x: number,
  y: number,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
  isPinned: boolean,
): Target | undefined {
  const slackMs = (slackPx / layout.plotWidth) * (layout.toMs - layout.fromMs);
  const timeMs = layout.timeAt(x);
  const at = { x: clientX, y: clientY };
  if (y >= layout.axisHeight && y < layout.plotTop && x >= layout.plotLeft) {
    const found = marksAt(marks, timeMs, slackMs);
    return found.length === 0 ? undefined : { ...at, isPinned, laneIndex: -1, intervals: [], marks: found };
  }
  const laneIndex = Math.floor((y - layout.plotTop + scrollPx) / layout.laneHeight);
  if (y < layout.plotTop || y > layout.plotTop + layout.plotHeight || laneIndex >= lanes.length)
    return undefined;
  const intervals = isInPlot(layout, x, y) ? alertsAt(lanes[laneIndex], timeMs, slackMs) : [];
  return { ...at, laneIndex, intervals, marks: [], isPinned: isPinned && intervals.length > 0 };
}
