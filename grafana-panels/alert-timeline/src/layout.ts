export interface LayoutSettings {
  readonly width: number;
  readonly height: number;
  readonly laneHeight: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly hasMarks: boolean;
  readonly showFigures: boolean;
  readonly showLegend: boolean;
  /** Room that the longest name would take. */
  readonly nameWidth: number;
  /** Room that the legend would take in one line. */
  readonly legendWidth: number;
}

/** Where things are, in CSS pixels of the panel; lanes scroll below an axis that stays. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly axisHeight: number;
  readonly marksHeight: number;
  readonly legendHeight: number;
  /** Below the plot, or below the names as well where the panel is narrow. */
  readonly legendLeft: number;
  readonly laneHeight: number;
  readonly plotLeft: number;
  readonly plotTop: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  /** 0: there is no room for figures, or nobody wants them. */
  readonly figuresWidth: number;
  xOf(timeMs: number): number;
  clampX(timeMs: number): number;
  timeAt(x: number): number;
  /** Of the lanes, those that are at least partly in sight: [first, last). */
  lanesInSight(scrollPx: number, count: number): readonly [number, number];
}

export const figureWidthPx = 58;
/** A lower panel needs its room for lanes. */
export const legendFromHeightPx = 140;
/** Beside the legend there are buttons. */
export const legendRightPx = 28;
const [axisHeightPx, marksHeightPx, legendHeightPx] = [24, 20, 20];

export function layOut(settings: LayoutSettings): Layout {
  const { width, height, laneHeight, fromMs, toMs } = settings;
  const marksHeight = settings.hasMarks ? marksHeightPx : 0;
  const figuresWidth = settings.showFigures && width >= 560 ? 3 * figureWidthPx : 0;
  const plotLeft = Math.round(Math.min(width * 0.3, 280, Math.max(60, settings.nameWidth)));
  const legendLeft = width < 560 ? 4 : plotLeft;
  const legendLines = settings.legendWidth > width - legendLeft - legendRightPx ? 2 : 1;
  const legendHeight = settings.showLegend ? legendLines * legendHeightPx : 0;
  const plotTop = axisHeightPx + marksHeight;
  const plotWidth = Math.max(1, width - plotLeft - figuresWidth - 14);
  const plotHeight = Math.max(0, height - plotTop - legendHeight);
  const rangeMs = Math.max(1, toMs - fromMs);
  const xOf = (timeMs: number): number => plotLeft + ((timeMs - fromMs) / rangeMs) * plotWidth;
  return {
    ...{ width, height, fromMs, toMs, laneHeight, marksHeight, legendHeight, figuresWidth },
    ...{ plotLeft, plotTop, plotWidth, plotHeight, xOf },
    axisHeight: axisHeightPx,
    legendLeft,
    clampX: (timeMs) => Math.min(plotLeft + plotWidth, Math.max(plotLeft, xOf(timeMs))),
    timeAt(x) {
      const part = Math.min(1, Math.max(0, (x - plotLeft) / plotWidth));
      return Math.round(fromMs + part * rangeMs);
    },
    lanesInSight(scrollPx, count) {
      const first = Math.max(0, Math.floor(scrollPx / laneHeight));
      return [Math.min(first, count), Math.min(count, Math.ceil((scrollPx + plotHeight) / laneHeight))];
    },
  };
}
