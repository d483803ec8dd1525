import type { AbsoluteTimeRange } from '@grafana/data';
import { type PointerEvent, useRef, useState } from 'react';
import { exemplarAt, type PlacedExemplar } from './exemplars.ts';
import { type Cell, hitTest } from './geometry.ts';
import { type Brush, brushedRows, brushedTime, brushOf, type Point, timeAt } from './interaction.ts';
import type { HeatmapModel } from './use-heatmap.ts';

/** A cell that the viewer points at or has moved to. */
export interface Hover {
  readonly cell: Cell;
  /** In CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
  /** The exemplar that is pointed at. */
  readonly exemplar?: PlacedExemplar | undefined;
}

export interface PointerSettings {
  readonly model: Pick<HeatmapModel, 'geometry' | 'view' | 'drawing'>;
  readonly hover: Hover | undefined;
  setHover(hover: Hover | undefined): void;
  showTime(timeMs: number | undefined): void;
  publish(timeMs: number | undefined): void;
  onChangeTimeRange(range: AbsoluteTimeRange): void;
  onRows(rows: readonly [number, number]): void;
  /** True when the click did what the cell is for, and nothing is to be pinned. */
  onClickCell(cell: Cell): boolean;
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
  const { model, hover, setHover, showTime, publish } = settings;
  const { geometry } = model;
  const start = useRef<Point>(undefined);
  const [brush, setBrush] = useState<Brush>();
  const isPinned = hover?.isPinned === true;
  const leave = (): void => {
    if (!isPinned) setHover(undefined);
    showTime(undefined);
    publish(undefined);
  };
  const pointAt = (event: PointerEvent<HTMLElement>, point: Point): void => {
    const target = targetAt(model, point);
    const { cellTime } = model.view.grid;
    if (cellTime === undefined) {
      const timeMs = timeAt(geometry, point.x);
      showTime(timeMs);
      publish(timeMs);
    } else publish(target && middleOf(cellTime(target.cell.row, target.cell.column)));
    if (!isPinned) setHover(target && { ...target, x: event.clientX, y: event.clientY, isPinned: false });
  };
  return {
    brush,
    handlers: {
      onPointerMove(event) {
        if (!event.currentTarget.contains(event.target as Node)) return;
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
        const target = targetAt(model, point);
        if (target !== undefined && settings.onClickCell(target.cell)) return;
        setHover(target && { ...target, x: event.clientX, y: event.clientY, isPinned: true });
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

const exemplarDistancePx = 7;

/** The cell at a point; an exemplar near it stands for its own cell. */
function targetAt(
  { geometry, drawing }: PointerSettings['model'],
  { x, y }: Point,
): Pick<Hover, 'cell' | 'exemplar'> | undefined {
  const exemplar = exemplarAt(drawing.exemplars, x, y, exemplarDistancePx);
  if (exemplar !== undefined) return { cell: { row: exemplar.row, column: exemplar.column }, exemplar };
  const cell = hitTest(geometry, x, y);
  return cell && { cell };
}

function middleOf([startMs, endMs]: readonly [number, number]): number {
  return (startMs + endMs) / 2;
}

function pointOf(event: PointerEvent<HTMLElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
