import { type DataFrame, FieldType, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { useMemo } from 'react';
import { usePixelRatio } from '../../shared/src/hooks.ts';
import type { Drawing, DrawStyle, Note } from './draw.ts';
import { isExemplarFrame, placeExemplars, readExemplars } from './exemplars.ts';
import type { Formats } from './formats.ts';
import { type HeatmapGeometry, layOut } from './geometry.ts';
import { numberAt } from './grid.ts';
import { plotBox, rowLabels, timeLabels } from './layout.ts';
import type { HeatmapProps } from './Panel.tsx';
import { type HeatmapView, prepareView } from './prepare.ts';

export interface HeatmapModel {
  readonly view: HeatmapView;
  readonly geometry: HeatmapGeometry;
  readonly drawing: Drawing;
}

interface HeatmapInput {
  readonly props: HeatmapProps;
  readonly theme: GrafanaTheme2;
  readonly formats: Formats;
  readonly rows: readonly [number, number] | undefined;
}

/** From cells to what is drawn, step by step, each only when something it depends on has changed. */
export function useHeatmap({ props, theme, formats, rows }: HeatmapInput): HeatmapModel {
  const { grid, options, width, height, timeRange, timeZone, data } = props;
  const ratio = usePixelRatio();
  const style = useMemo(() => styleOf(theme), [theme]);
  const view = useMemo(
    () =>
      prepareView(grid, options, {
        isDark: theme.isDark,
        colourByName: (name) => theme.visualization.getColorByName(name),
      }),
    [grid, options, theme],
  );
  const [fromMs, toMs] = timeOf(grid, timeRange);
  const geometry = useMemo(() => {
    const measure = { widthPx: textWidths(style.font) };
    const { showLegend } = options;
    const plot = plotBox(view, { width, height }, { showLegend, measure, formatRow: formats.bound });
    return layOut(view, { plot, fromMs, toMs, yReverse: options.yReverse, rows });
  }, [view, style, options, width, height, fromMs, toMs, rows, formats]);
  const { annotations } = data;
  const notes = useMemo(
    () => (options.showAnnotations && grid.cellTime === undefined ? notesOf(annotations ?? [], theme) : []),
    [annotations, options.showAnnotations, grid, theme],
  );
  const read = useMemo(
    () => (options.showExemplars ? readExemplars(annotations ?? []) : []),
    [annotations, options.showExemplars],
  );
  const exemplars = useMemo(() => placeExemplars(view, geometry, read), [view, geometry, read]);
  const drawing = useMemo(
    (): Drawing => ({
      view,
      geometry,
      ratio,
      gapPx: options.cellGapPx,
      style,
      rowLabels: rowLabels(view, geometry, formats.bound),
      timeLabels: timeLabels(view, geometry, timeZone),
      notes,
      exemplars,
      showLegend: options.showLegend,
      formatValue: formats.value,
    }),
    [view, geometry, ratio, options, style, notes, exemplars, formats, timeZone],
  );
  return { view, geometry, drawing };
}

/** A calendar shows whole days, whatever part of the first and the last one was asked for. */
function timeOf(
  { cellTime, columnStartsMs, columnEndsMs, columnCount }: HeatmapProps['grid'],
  { from, to }: TimeRange,
): readonly [number, number] {
  return cellTime === undefined
    ? [from.valueOf(), to.valueOf()]
    : [columnStartsMs[0], columnEndsMs[columnCount - 1]];
}

function styleOf(theme: GrafanaTheme2): DrawStyle {
  return {
    font: `12px ${theme.typography.fontFamily}`,
    text: theme.colors.text.secondary,
    line: theme.colors.border.medium,
    exemplar: theme.colors.text.maxContrast,
    anomaly: theme.isDark ? '#ff5286' : '#d6004a',
    halo: theme.isDark ? 'rgba(0, 0, 0, 0.65)' : 'rgba(255, 255, 255, 0.85)',
  };
}

let measuring: CanvasRenderingContext2D | null | undefined;

function textWidths(font: string): (text: string) => number {
  measuring ??= document.createElement('canvas').getContext('2d');
  const context = measuring;
  return (text) => {
    if (context === null) return text.length * 7;
    context.font = font;
    return context.measureText(text).width;
  };
}

/** Annotations of the dashboard: frames with time, and optionally timeEnd and colour. */
function notesOf(frames: readonly DataFrame[], theme: GrafanaTheme2): readonly Note[] {
  const notes: Note[] = [];
  for (const frame of frames) {
    if (isExemplarFrame(frame)) continue;
    const field = (name: string) => frame.fields.find((each) => each.name === name);
    const time = field('time') ?? frame.fields.find(({ type }) => type === FieldType.time);
    if (time === undefined) continue;
    const [timeEnd, colour] = [field('timeEnd'), field('color')];
    const [title, text] = [field('title'), field('text')];
    for (let i = 0; i < frame.length; i++) {
      const fromMs = numberAt(time.values, i);
      const endMs = timeEnd === undefined ? Number.NaN : numberAt(timeEnd.values, i);
      const name = colour?.values[i] as string | null | undefined;
      notes.push({
        fromMs,
        toMs: Number.isNaN(endMs) ? fromMs : Math.max(fromMs, endMs),
        colour: theme.visualization.getColorByName(name ?? 'blue'),
        text: plainText(title?.values[i] ?? text?.values[i]),
      });
    }
  }
  return notes;
}

/** Texts of annotations may be HTML: its tags say nothing in a tooltip. */
function plainText(text: unknown): string {
  return typeof text === 'string'
    ? text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    : '';
}
