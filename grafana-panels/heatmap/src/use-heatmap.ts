import { type DataFrame, FieldType, type GrafanaTheme2 } from '@grafana/data';
import { useMemo } from 'react';
import { usePixelRatio } from '../../shared/src/hooks.ts';
import type { Drawing, DrawStyle, Note } from './draw.ts';
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
  const [fromMs, toMs] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const geometry = useMemo(() => {
    const measure = { widthPx: textWidths(style.font) };
    const { showLegend } = options;
    const plot = plotBox(view, { width, height }, { showLegend, measure, formatRow: formats.bound });
    return layOut(view, { plot, fromMs, toMs, yReverse: options.yReverse, rows });
  }, [view, style, options, width, height, fromMs, toMs, rows, formats]);
  const notes = useMemo(
    () => (options.showAnnotations ? notesOf(data.annotations ?? [], theme) : []),
    [data.annotations, options.showAnnotations, theme],
  );
  const drawing = useMemo(
    (): Drawing => ({
      view,
      geometry,
      ratio,
      gapPx: options.cellGapPx,
      style,
      rowLabels: rowLabels(view, geometry, formats.bound),
      timeLabels: timeLabels(geometry, timeZone),
      notes,
      showLegend: options.showLegend,
      formatValue: formats.value,
    }),
    [view, geometry, ratio, options, style, notes, formats, timeZone],
  );
  return { view, geometry, drawing };
}

function styleOf(theme: GrafanaTheme2): DrawStyle {
  return {
    font: `12px ${theme.typography.fontFamily}`,
    text: theme.colors.text.secondary,
    line: theme.colors.border.medium,
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
    const field = (name: string) => frame.fields.find((each) => each.name === name);
    const time = field('time') ?? frame.fields.find(({ type }) => type === FieldType.time);
    if (time === undefined) continue;
    const [timeEnd, colour] = [field('timeEnd'), field('color')];
    for (let i = 0; i < frame.length; i++) {
      const fromMs = numberAt(time.values, i);
      const endMs = timeEnd === undefined ? Number.NaN : numberAt(timeEnd.values, i);
      const name = colour?.values[i] as string | null | undefined;
      notes.push({
        fromMs,
        toMs: Number.isNaN(endMs) ? fromMs : Math.max(fromMs, endMs),
        colour: theme.visualization.getColorByName(name ?? 'blue'),
      });
    }
  }
  return notes;
}
