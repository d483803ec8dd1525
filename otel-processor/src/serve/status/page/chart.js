import { element, short } from './format.js';

const NAMESPACE = 'http://www.w3.org/2000/svg';
const LEFT = 58;
const BOTTOM = 20;
const TOP = 8;
const TIP_LINES_MAX = 8;
/** Where the pointer is over each chart. */
const pointers = new Map();

/** Hues far apart, readable on both themes. */
export function color(index) {
  const hue = (215 + index * 137.5) % 360;
  return `light-dark(hsl(${hue} 70% 38%), hsl(${hue} 75% 68%))`;
}

function svg(tag, attributes, text) {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Where the axis begins: not long before the first point, so that a young service does not show an empty chart. */
export function visibleFrom(lines, from, to) {
  const first = Math.min(...lines.map((line) => line.points[0]?.[0] ?? Number.POSITIVE_INFINITY));
  if (!Number.isFinite(first)) return from;
  return Math.max(from, Math.min(first, to - 30) - (to - first) * 0.02);
}

/**
 * Draws lines into `host`: `lines` is [{ name, points: [[seconds, value], ...] }], `from` and `to` in seconds.
 * A gap longer than `gapSeconds` breaks a line.
 */
export function drawChart(host, lines, from, to, height, gapSeconds) {
  const width = Math.max(260, host.clientWidth);
  const values = lines.flatMap((line) => line.points.map((point) => point[1]).filter(Number.isFinite));
  const scale = niceScale(Math.min(0, ...values), values.length === 0 ? 1 : Math.max(...values));
  const x = (seconds) => LEFT + ((seconds - from) / (to - from)) * (width - LEFT - 6);
  const y = (value) => TOP + (1 - (value - scale.low) / (scale.high - scale.low)) * (height - TOP - BOTTOM);
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': 'chart' });
  for (const tick of scale.ticks) {
    root.append(svg('line', { class: 'grid', x1: LEFT, x2: width - 6, y1: y(tick), y2: y(tick) }));
    root.append(svg('text', { x: LEFT - 7, y: y(tick) + 4, 'text-anchor': 'end' }, short(tick)));
  }
  for (const seconds of timeTicks(from, to, width)) {
    root.append(
      svg('text', { x: x(seconds), y: height - 4, 'text-anchor': 'middle' }, timeText(seconds, to - from)),
    );
  }
  for (const [index, line] of lines.entries()) {
    const path = svg('path', { d: pathOf(line.points, x, y, gapSeconds) });
    path.style.stroke = line.color ?? color(index);
    root.append(path);
  }
  host.replaceChildren(root);
  if (lines.length > 0) addCursor(host, root, lines, { x, from, to, width, height });
}

function pathOf(points, x, y, gapSeconds) {
  let path = '';
  let lastSeconds = Number.NEGATIVE_INFINITY;
  for (const [seconds, value] of points) {
    if (!Number.isFinite(value)) continue;
    const at = `${x(seconds).toFixed(1)} ${y(value).toFixed(1)}`;
    // A lone point gets a line of no length, which the round caps of the stroke make visible.
    path += seconds - lastSeconds > gapSeconds ? `M${at}l0 .01` : `L${at}`;
    lastSeconds = seconds;
  }
  return path;
}

function niceScale(low, high) {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const start = Math.floor(low / step) * step;
  const ticks = [];
  for (let i = 0; start + (i - 1) * step < high || i < 2; i++) ticks.push(start + i * step);
  return { low: start, high: ticks.at(-1), ticks };
}

function timeTicks(from, to, width) {
  const steps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800];
  const rough = (to - from) / Math.max(2, Math.floor(width / 90));
  const step = steps.find((size) => size >= rough) ?? 604_800;
  // Days and hours are those of the reader's clock.
  const shift = new Date(to * 1000).getTimezoneOffset() * 60;
  const margin = (34 / (width - LEFT)) * (to - from);
  const ticks = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to - margin; at += step) {
    if (at >= from + margin / 2) ticks.push(at);
  }
  return ticks;
}

function timeText(seconds, span) {
  const date = new Date(seconds * 1000);
  if (span > 2 * 86_400) return date.toLocaleDateString([], { month: 'short', day: 'numeric' });
  const digits = (number) => String(number).padStart(2, '0');
  const minutes = `${digits(date.getHours())}:${digits(date.getMinutes())}`;
  return span > 600 ? minutes : `${minutes}:${digits(date.getSeconds())}`;
}

/** Shows the values under the pointer. */
function addCursor(host, root, lines, { x, from, to, width, height }) {
  const cursor = svg('line', { class: 'cursor', y1: TOP, y2: height - BOTTOM, visibility: 'hidden' });
  root.append(cursor);
  const tip = element('div', { class: 'tip', hidden: '' });
  host.append(tip);
  const show = (clientX) => {
    const box = root.getBoundingClientRect();
    const share = ((clientX - box.left) * (width / box.width) - LEFT) / (width - LEFT - 6);
    const seconds = from + share * (to - from);
    const near = lines
      .map((line, index) => ({ line, index, point: nearest(line.points, seconds) }))
      .filter(({ point }) => point !== undefined)
      .sort((a, b) => b.point[1] - a.point[1])
      .slice(0, TIP_LINES_MAX);
    if (near.length === 0 || seconds < from || seconds > to) return;
    const at = near[0].point[0];
    cursor.setAttribute('x1', x(at));
    cursor.setAttribute('x2', x(at));
    cursor.setAttribute('visibility', 'visible');
    tip.replaceChildren(element('b', {}, timeText(at, 0)));
    for (const { line, index, point } of near) {
      const row = element('div', {}, `${short(point[1])}  ${line.name}`);
      row.style.color = line.color ?? color(index);
      tip.append(row);
    }
    tip.hidden = false;
    const left = (x(at) / width) * box.width;
    const onRight = left > box.width / 2;
    tip.style.left = onRight ? 'auto' : `${left + 10}px`;
    tip.style.right = onRight ? `${box.width - left + 10}px` : 'auto';
  };
  root.addEventListener('pointermove', (event) => {
    pointers.set(host, event.clientX);
    show(event.clientX);
  });
  root.addEventListener('pointerleave', () => {
    pointers.delete(host);
    cursor.setAttribute('visibility', 'hidden');
    tip.hidden = true;
  });
  // A live chart is drawn anew every second: what the reader points at stays.
  if (pointers.has(host)) show(pointers.get(host));
}

function nearest(points, seconds) {
  let best;
  for (const point of points) {
    if (!Number.isFinite(point[1])) continue;
    if (best === undefined || Math.abs(point[0] - seconds) < Math.abs(best[0] - seconds)) best = point;
  }
  return best;
}
