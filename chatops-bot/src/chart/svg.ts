import { valueText } from '../card/index.ts';
import { type Chart, cutText } from '../reply/index.ts';
import { valueAxis } from './domain.ts';
import { type ChartTheme, type Palette, palettes } from './palette.ts';
import { bandPath, digits, linePath, type Scale } from './path.ts';
import { isZone, localTime, timeTicks } from './ticks.ts';

export const CHART_WIDTH = 800;
export const CHART_HEIGHT = 400;
const top = 52;
const right = 24;
const bottom = 78;
const left = 86;
const plotWidth = CHART_WIDTH - left - right;
const plotHeight = CHART_HEIGHT - top - bottom;
const LINES_MAX = 12;

/**
 * The picture of a chart, 800 by 400: lines, band, expected value, threshold, the span in which it fired, and the time
 * zone in words. The same chart always gives the same text.
 */
export function chartSvg(chart: Chart, theme: ChartTheme): string {
  const colors = palettes[theme];
  const axis = valueAxis(chart, 6);
  const spanMs = Math.max(1, chart.toMs - chart.fromMs);
  const scale: Scale = {
    x: (timeMs) => left + (clamp((timeMs - chart.fromMs) / spanMs) * plotWidth || 0),
    y: (value) => top + (1 - clamp((value - axis.low) / (axis.high - axis.low))) * plotHeight,
  };
  const parts = [
    `<rect width="${CHART_WIDTH}" height="${CHART_HEIGHT}" fill="${colors.background}"/>`,
    text(20, 30, cutText(chart.title, 80), colors.text, 17, 'start', 'bold'),
    firingSpan(chart, scale, colors),
    ...axis.ticks.map((tick) => valueTick(tick, chart.unit, scale, colors)),
    ...times(chart, scale, colors),
    band(chart, scale, colors),
    expected(chart, scale, colors),
    ...lines(chart, scale, colors),
    threshold(chart, scale, colors),
    legend(chart, colors),
    text(CHART_WIDTH - right, CHART_HEIGHT - 12, zoneText(chart), colors.quiet, 11, 'end'),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART_WIDTH}" height="${CHART_HEIGHT}" ` +
    `viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}" font-family="DejaVu Sans" role="img">` +
    `<title>${escapeXml(chart.alt)}</title>${parts.join('')}</svg>`
  );
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function firingSpan({ firing, fromMs, toMs }: Chart, scale: Scale, colors: Palette): string {
  if (firing === null) return '';
  const x = scale.x(Math.max(firing.fromMs, fromMs));
  const end = scale.x(Math.min(firing.toMs ?? toMs, toMs));
  if (end <= x) return '';
  return (
    `<rect x="${digits(x)}" y="${top}" width="${digits(end - x)}" height="${plotHeight}" fill="${colors.firing}" fill-opacity="0.12"/>` +
    `<path d="M${digits(x)} ${top}V${top + plotHeight}" stroke="${colors.firing}" stroke-opacity="0.5"/>`
  );
}

function valueTick(value: number, unit: string | null, scale: Scale, colors: Palette): string {
  const y = digits(scale.y(value));
  return (
    `<path d="M${left} ${y}H${left + plotWidth}" stroke="${colors.grid}"/>` +
    text(left - 10, scale.y(value) + 4, cutText(valueText(value, unit), 12), colors.quiet, 12, 'end')
  );
}

function times(chart: Chart, scale: Scale, colors: Palette): string[] {
  return timeTicks(chart.fromMs, chart.toMs, 8, chart.timeZone).map(({ atMs, label }) => {
    const x = scale.x(atMs);
    return (
      `<path d="M${digits(x)} ${top + plotHeight}v5" stroke="${colors.quiet}"/>` +
      text(x, top + plotHeight + 20, label, colors.quiet, 12, 'middle')
    );
  });
}

function band({ band: shape }: Chart, scale: Scale, colors: Palette): string {
  if (shape === null) return '';
  const path = bandPath(shape.timesMs, shape.lower, shape.upper, scale);
  return path === '' ? '' : `<path d="${path}" fill="${colors.band}" fill-opacity="0.15"/>`;
}

function expected({ expected: line }: Chart, scale: Scale, colors: Palette): string {
  if (line === null) return '';
  const path = linePath(line.timesMs, line.values, scale);
  return stroke(path, colors.expected, 1.5, '2 4');
}

function lines(chart: Chart, scale: Scale, colors: Palette): string[] {
  const { forecastFromMs: forecastMs } = chart;
  return chart.lines.slice(0, LINES_MAX).map(({ timesMs, values }, index) => {
    const color = colors.lines[index % colors.lines.length];
    if (forecastMs === null) return stroke(linePath(timesMs, values, scale), color, 2);
    return (
      stroke(linePath(timesMs, values, scale, undefined, forecastMs), color, 2) +
      stroke(linePath(timesMs, values, scale, forecastMs), color, 2, '7 5')
    );
  });
}

function threshold(chart: Chart, scale: Scale, colors: Palette): string {
  if (chart.threshold === null) return '';
  const y = scale.y(chart.threshold.value);
  const label = `threshold ${valueText(chart.threshold.value, chart.unit)}`;
  return (
    stroke(`M${left} ${digits(y)}H${left + plotWidth}`, colors.threshold, 1.5, '8 4') +
    text(left + 6, y - 6 < top + 8 ? y + 15 : y - 6, label, colors.threshold, 12, 'start')
  );
}

/** Names of what is drawn, on two rows under the plot; what does not fit is counted. */
function legend(chart: Chart, colors: Palette): string {
  const items = chart.lines.slice(0, LINES_MAX).map(({ name }, index) => ({
    name: cutText(name, 34),
    color: colors.lines[index % colors.lines.length],
  }));
  if (chart.expected !== null) items.push({ name: cutText(chart.expected.name, 34), color: colors.expected });
  else if (chart.band !== null) items.push({ name: cutText(chart.band.name, 34), color: colors.band });
  let drawn = '';
  let x = 20;
  let row = 0;
  let shown = 0;
  for (const { name, color } of items) {
    const width = 24 + Array.from(name).length * 7.4 + 14;
    const rowEnd = row === 0 ? CHART_WIDTH - right : CHART_WIDTH - 190;
    if (x + width > rowEnd && x > 20) {
      row += 1;
      x = 20;
    }
    if (row > 1) break;
    const y = CHART_HEIGHT - 32 + row * 20;
    drawn += `<rect x="${digits(x)}" y="${y - 8}" width="16" height="4" fill="${color}"/>`;
    drawn += text(x + 22, y, name, colors.text, 12, 'start');
    x += width;
    shown += 1;
  }
  const more = items.length - shown + chart.leftOut;
  return more <= 0
    ? drawn
    : drawn + text(CHART_WIDTH - right, 30, `and ${more} more`, colors.quiet, 12, 'end');
}

/** `Europe/Berlin (UTC+01:00)`. */
function zoneText({ timeZone, toMs }: Chart): string {
  const zone = isZone(timeZone) ? timeZone : 'UTC';
  if (zone === 'UTC') return 'UTC';
  const minutes = Math.round(localTime(zone).offsetMs(toMs) / 60_000);
  const size = Math.abs(minutes);
  const clock = `${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
  return `${zone} (UTC${minutes < 0 ? '-' : '+'}${clock})`;
}

function stroke(path: string, color: string, width: number, dash = ''): string {
  if (path === '') return '';
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"${dashes}/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  color: string,
  size: number,
  anchor: 'start' | 'middle' | 'end',
  weight = 'normal',
): string {
  return (
    `<text x="${digits(x)}" y="${digits(y)}" font-size="${size}" fill="${color}" text-anchor="${anchor}" ` +
    `font-weight="${weight}">${escapeXml(content)}</text>`
  );
}

/** XML 1.0 has no place for most control characters, nor for halves of surrogate pairs. */
function escapeXml(content: string): string {
  return content
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
