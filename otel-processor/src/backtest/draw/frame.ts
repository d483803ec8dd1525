import { numberText, timeTicks, valueTicks } from './axis.ts';
import { coordinate, escapeText } from './svg.ts';

export const WIDTH = 960;
export const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 30;
/** Pixel columns of the plot: what is drawn is computed for each. */
export const PLOT_COLUMNS = WIDTH - LEFT - RIGHT;
const VALUE_TICKS = 5;
const TIME_TICKS = 12;
/** Room above and below what is shown, as a share of it. */
const ROOM = 0.06;

export const ink = {
  value: '#1f2937',
  expected: '#2563eb',
  band: '#93c5fd',
  episode: '#dc2626',
  forecast: '#7c3aed',
  fan: '#c4b5fd',
  grid: '#e5e7eb',
  text: '#4b5563',
} as const;

export interface LegendEntry {
  readonly text: string;
  readonly color: string;
}

/** Where times and values are in a picture. */
export interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
  readonly low: number;
  readonly high: number;
}

/** A frame around all numbers of the columns. */
export function frameAround(fromMs: number, toMs: number, columns: readonly ArrayLike<number>[]): Frame {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      if (!Number.isFinite(column[i])) continue;
      low = Math.min(low, column[i]);
      high = Math.max(high, column[i]);
    }
  }
  if (low > high) return { fromMs, toMs, low: 0, high: 1 };
  const room = high > low ? (high - low) * ROOM : Math.abs(high) * ROOM || 1;
  // A signal that is never negative stands on its zero line.
  return { fromMs, toMs, low: low >= 0 && low - room < 0 ? 0 : low - room, high: high + room };
}

export function xOf({ fromMs, toMs }: Frame, timeMs: number): number {
  return LEFT + ((timeMs - fromMs) / Math.max(1, toMs - fromMs)) * PLOT_COLUMNS;
}

export function yOf({ low, high }: Frame, value: number): number {
  return TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
}

/** From the top of the plot to its bottom. */
export function column(frame: Frame, fromMs: number, toMs: number): string {
  const x = xOf(frame, Math.max(frame.fromMs, fromMs));
  const width = Math.max(2, xOf(frame, Math.min(frame.toMs, toMs)) - x);
  return `x="${coordinate(x)}" y="${TOP}" width="${coordinate(width)}" height="${HEIGHT - TOP - BOTTOM}"`;
}

/** A whole picture: axes, title and legend around `shapes`. */
export function picture(
  frame: Frame,
  title: string,
  legend: readonly LegendEntry[],
  shapes: readonly string[],
): string {
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`,
    ` role="img" font-family="system-ui, sans-serif" font-size="12"><title>${escapeText(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="18" font-size="13" font-weight="600" fill="${ink.value}">${escapeText(title)}</text>`,
    ...legendParts(legend),
    ...axisParts(frame),
    `<clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${PLOT_COLUMNS}" height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`,
    `<g clip-path="url(#plot)">`,
    ...shapes,
    '</g></svg>',
  ];
  return parts.join('');
}

/** About the width of a letter: a picture cannot measure its own text. */
const LETTER_WIDTH = 6.4;

function legendParts(legend: readonly LegendEntry[]): string[] {
  let x = LEFT;
  return legend.map(({ text, color }) => {
    const part =
      `<rect x="${x}" y="27" width="14" height="6" rx="2" fill="${color}"/>` +
      `<text x="${x + 19}" y="34" font-size="11" fill="${ink.text}">${escapeText(text)}</text>`;
    x += Math.round(19 + text.length * LETTER_WIDTH + 16);
    return part;
  });
}

function axisParts(frame: Frame): string[] {
  const parts: string[] = [];
  for (const value of valueTicks(frame.low, frame.high, VALUE_TICKS)) {
    const y = coordinate(yOf(frame, value));
    parts.push(`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="${ink.grid}"/>`);
    parts.push(
      `<text x="${LEFT - 8}" y="${y}" dy="4" text-anchor="end" fill="${ink.text}">${numberText(value)}</text>`,
    );
  }
  for (const { timeMs, text } of timeTicks(frame.fromMs, frame.toMs, TIME_TICKS)) {
    const x = coordinate(xOf(frame, timeMs));
    parts.push(
      `<text x="${x}" y="${HEIGHT - 10}" text-anchor="middle" fill="${ink.text}">${text}</text>`,
      `<line x1="${x}" x2="${x}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 4}" stroke="${ink.text}"/>`,
    );
  }
  return parts;
}
