import type { AbsoluteTimeRange } from '@grafana/data';
import { type PointerEvent, useRef, useState } from 'react';
import { type Cell, type HeatmapGeometry, hitTest } from './geometry.ts';
import { type Brush, brushedRows, brushedTime, brushOf, type Point, timeAt } from './interaction.ts';

/** A cell that the viewer points at or has moved to. */
export interface Hover {
  readonly cell: Cell;
  /** In CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
}

export interface PointerSettings {
  readonly geometry: HeatmapGeometry;
  readonly hover: Hover | undefined;
  setHover(hover: Hover | undefined): void;
  showTime(timeMs: number | undefined): void;
  publish(timeMs: number | undefined): void;
  onChangeTimeRange(range: AbsoluteTimeRange): void;
  onRows(rows: readonly [number, number]): void;
}

type Handler = (event: PointerEvent<HTMLElement>) => void;

export interface Pointer {
  readonly brush: Brush | undefined;
  readonly handlers: {
    readonly onPointerMove: Handler;
    readonly onPointerDown: Handler;
    readonly onPointerUp: Handler;
    readonly onPointerLeave: Handler;
    readonly onPointerCancel: Handler;
  };
}

/** Hover, click and drag over the plot. */
export function usePointer(settings: PointerSettings): Pointer {
  const { geometry, hover, setHover, showTime, publish } = settings;
  const start = useRef<Point>(undefined);
  const [brush, setBrush] = useState<Brush>();
  const isPinned = hover?.isPinned === true;
  const leave = (): void => {
    if (!isPinned) setHover(undefined);
    showTime(undefined);
    publish(undefined);
  };
  const pointAt = (event: PointerEvent<HTMLElement>, point: Point): void => {
    const timeMs = timeAt(geometry, point.x);
    showTime(timeMs);
    publish(timeMs);
    if (isPinned) return;
    const cell = hitTest(geometry, point.x, point.y);
    setHover(cell && { cell, x: event.clientX, y: event.clientY, isPinned: false });
  };
  return {
    brush,
    handlers: {
      onPointerMove(event) {
        const point = pointOf(event);
        if (start.current !== undefined) setBrush(brushOf(start.current, point, geometry.plot));
        else pointAt(event, point);
      },
      onPointerDown(event) {
        // The card is drawn elsewhere, yet its events come through here.
        if (event.button !== 0 || !event.currentTarget.contains(event.target as Node)) return;
        start.current = pointOf(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerUp(event) {
        const from = start.current;
        start.current = undefined;
        if (from === undefined) return;
        setBrush(undefined);
        const point = pointOf(event);
        const made = brushOf(from, point, geometry.plot);
        if (made !== undefined) {
          setHover(undefined);
          const rows = made.isRows ? brushedRows(geometry, made) : undefined;
          if (rows !== undefined) settings.onRows(rows);
          if (made.isTime) settings.onChangeTimeRange(brushedTime(geometry, made));
          return;
        }
        const cell = hitTest(geometry, point.x, point.y);
        setHover(cell && { cell, x: event.clientX, y: event.clientY, isPinned: true });
      },
      onPointerLeave: leave,
      onPointerCancel() {
        start.current = undefined;
        setBrush(undefined);
        leave();
      },
    },
  };
}

function pointOf(event: PointerEvent<HTMLElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
