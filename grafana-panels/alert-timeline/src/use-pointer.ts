import type { AbsoluteTimeRange } from '@grafana/data';
import { type PointerEvent, useRef, useState } from 'react';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';
import type { Target } from './target.ts';

export interface PointerSettings {
  readonly lanes: readonly Lane[];
  readonly layout: Layout;
  scrollPx(): number;
  readonly target: Target | undefined;
  setTarget(target: Target | undefined): void;
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
  const last = useRef('');
  const [brush, setBrush] = useState<TimelinePointer['brush']>();
  const tell = (timeMs: number | undefined): void => {
    showTime(timeMs);
    publish(timeMs);
  };
  const stop = (): void => {
    last.current = '';
    start.current = undefined;
    setBrush(undefined);
    tell(undefined);
    if (target?.isPinned !== true) setTarget(undefined);
  };
  const isDrag = (x: number): boolean =>
    start.current !== undefined && Math.abs(x - start.current) >= clickDistancePx;
  return {
    brush,
    handlers: {
      onPointerMove(event) {
        // When the lanes move under a pointer that rests, browsers say that it moved: a scroll would cost twice.
        const at = `${event.clientX} ${event.clientY}`;
        if (!isOwn(event) || at === last.current) return;
        last.current = at;
        const { x, y } = pointOf(event);
        tell(x >= layout.plotLeft ? layout.timeAt(x) : undefined);
        if (isDrag(x)) setBrush(brushOf(layout, start.current ?? x, x));
        if (target?.isPinned !== true) setTarget(targetAt(settings, x, y, event));
      },
      onPointerDown(event) {
        const { x, y } = pointOf(event);
        if (event.button !== 0 || !isOwn(event) || !isInPlot(layout, x, y)) return;
        start.current = x;
        // A drag may leave the panel: it ends where the button is let go.
        event.currentTarget.setPointerCapture?.(event.pointerId);
      },
      onPointerUp(event) {
        const { x, y } = pointOf(event);
        const [from, isZoom] = [start.current ?? x, isDrag(x)];
        start.current = undefined;
        setBrush(undefined);
        if (isZoom) {
          const [a, b] = [layout.timeAt(from), layout.timeAt(x)];
          settings.onChangeTimeRange({ from: Math.min(a, b), to: Math.max(a, b) });
        } else if (event.button === 0 && isOwn(event)) {
          const found = targetAt(settings, x, y, event);
          setTarget(found && { ...found, isPinned: isInPlot(layout, x, y) || found.laneKey === undefined });
        }
      },
      onPointerLeave: stop,
      onPointerCancel: stop,
    },
  };
}

/** A card is drawn elsewhere, but what happens on it is told here as well. */
function isOwn(event: PointerEvent<HTMLElement>): boolean {
  return event.currentTarget.contains(event.target as Node);
}

function pointOf(event: PointerEvent<HTMLElement>): { readonly x: number; readonly y: number } {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function isInPlot({ plotLeft, plotWidth, plotTop, plotHeight }: Layout, x: number, y: number): boolean {
  return x >= plotLeft && x <= plotLeft + plotWidth && y >= plotTop && y <= plotTop + plotHeight;
}

function brushOf({ plotLeft, plotWidth }: Layout, a: number, b: number): TimelinePointer['brush'] {
  const left = Math.max(plotLeft, Math.min(a, b));
  return { left, width: Math.max(0, Math.min(Math.max(a, b), plotLeft + plotWidth) - left) };
}

function targetAt(
  { layout, lanes, scrollPx }: PointerSettings,
  x: number,
  y: number,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
): Target | undefined {
  const slackMs = (slackPx / layout.plotWidth) * (layout.toMs - layout.fromMs);
  const at = { timeMs: layout.timeAt(x), slackMs, x: clientX, y: clientY, isPinned: false } as const;
  if (y >= layout.axisHeight && y < layout.plotTop && x >= layout.plotLeft)
    return { ...at, laneKey: undefined, by: 'pointer' };
  const laneIndex = Math.floor((y - layout.plotTop + scrollPx()) / layout.laneHeight);
  if (y < layout.plotTop || y > layout.plotTop + layout.plotHeight || laneIndex >= lanes.length)
    return undefined;
  // Beside the plot a lane is pointed at, but no time of it.
  const timeMs = isInPlot(layout, x, y) ? at.timeMs : Number.NaN;
  return { ...at, timeMs, laneKey: lanes[laneIndex].key, by: 'pointer' };
}
