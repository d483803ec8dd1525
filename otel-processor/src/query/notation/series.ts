import { isFault, parseDuration } from '../../base/index.ts';
import { type Histogram, type Label, LabelSet, METRIC_NAME } from '../../model/index.ts';
import { added, subtracted } from '../histogram/index.ts';
import { type NotedHistogram, parseHistogramNotation } from './histogram.ts';

/** One place of a series line. `hinted`: the counter reset hint was written out and not assumed. */
export type Point =
  | { readonly kind: 'gap' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'histogram'; readonly histogram: Histogram; readonly hinted: boolean };

export interface SeriesLine {
  readonly labels: LabelSet;
  /** The points are start times of the samples of another line: `metric@st ...`. */
  readonly startTimes: boolean;
  readonly points: readonly Point[];
}

/** `metric{a="b"} 1+1x5 _ stale {{...}}`, as in Prometheus's unit tests. Throws with the text that is wrong. */
export function parseSeriesLine(line: string): SeriesLine {
  const { labels, rest } = parseMetric(line);
  const startTimes = rest.startsWith('@st');
  const text = (startTimes ? rest.slice(3) : rest).trim();
  return { labels, startTimes, points: startTimes ? parseStartTimes(text) : parsePoints(text) };
}

/** The label set at the beginning of `text`, and what comes after it. */
export function parseMetric(text: string): { labels: LabelSet; rest: string } {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text)?.[0] ?? '';
  const labels: Label[] = name === '' ? [] : [[METRIC_NAME, name]];
  let at = name.length;
  while (text[at] === ' ') at++;
  if (text[at] !== '{' || text[at + 1] === '{')
    return { labels: LabelSet.of(labels), rest: text.slice(name.length) };
  at += 1;
  const pair =
    /\s*(?:([a-zA-Z_][a-zA-Z0-9_.]*)|("(?:[^"\\]|\\.)*"))\s*(?:=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))?\s*,?\s*/y;
  while (text[at] !== '}') {
    pair.lastIndex = at;
    const match = pair.exec(text);
    if (match === null) throw new Error(`not a label set: ${text}`);
    at += match[0].length;
    const label = match[1] ?? unquote(match[2]);
    if (match[3] === undefined) labels.push([METRIC_NAME, label]);
    else labels.push([label, unquote(match[3])]);
  }
  return { labels: LabelSet.of(labels), rest: text.slice(at + 1) };
}

export function unquote(text: string): string {
  const body = text.slice(1, -1);
  if (text.startsWith('`')) return body;
  return body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g, (_, code: string) => {
    if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return ({ n: '\n', t: '\t', r: '\r' } as Record<string, string>)[code] ?? code;
  });
}

const gap: Point = { kind: 'gap' };

function parsePoints(text: string): Point[] {
  const points: Point[] = [];
  for (const token of tokens(text)) {
    const repeatedGap = /^_(?:x(\d+))?$/.exec(token);
    const stale = /^stale(?:x(\d+))?$/.exec(token);
    if (repeatedGap !== null) repeat(points, gap, Number(repeatedGap[1] ?? 1));
    else if (stale !== null) repeat(points, { kind: 'stale' }, Number(stale[1] ?? 1));
    else if (token.startsWith('{{')) points.push(...histogramPoints(token));
    else points.push(...floatPoints(token));
  }
  return points;
}

/** Splits at spaces that are not inside `{{...}}`. */
function tokens(text: string): string[] {
  return text.match(/(?:\{\{.*?\}\}|[^\s{])+/g) ?? [];
}

function repeat(points: Point[], point: Point, count: number): void {
  for (let i = 0; i < count; i++) points.push(point);
}

const numberPattern = /[+-]?(?:inf|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i.source;
const floatToken = new RegExp(
  `^(${numberPattern})(?:([+-](?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?))?(?:x(\\d+))?$`,
  'i',
);

function floatPoints(token: string): Point[] {
  const match = floatToken.exec(token);
  if (match === null) throw new Error(`not a point: ${token}`);
  const first = parseFloatText(match[1]);
  const step = match[2] === undefined ? 0 : Number(match[2]);
  const count = Number(match[3] ?? 0);
  const points: Point[] = [];
  let value = first;
  for (let i = 0; i <= count; i++) {
    points.push({ kind: 'float', value });
    value += step;
  }
  return points;
}

export function parseFloatText(text: string): number {
  if (/^[+]?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  return Number(text);
}

function histogramPoints(token: string): Point[] {
  const match = /^(\{\{.*?\}\})(?:([+-])(\{\{.*?\}\}))?(?:x(\d+))?$/.exec(token);
  if (match === null) throw new Error(`not a histogram: ${token}`);
  const first = parseHistogramNotation(match[1]);
  const points: Point[] = [];
  const step = match[3] === undefined ? undefined : parseHistogramNotation(match[3]);
  let current: NotedHistogram = first;
  for (let i = 0; i <= Number(match[4] ?? 0); i++) {
    points.push({ kind: 'histogram', ...current });
    if (step === undefined) continue;
    const outcome =
      match[2] === '+'
        ? added(current.histogram, step.histogram)
        : subtracted(current.histogram, step.histogram);
    if (outcome === undefined) throw new Error(`histograms do not fit together: ${token}`);
    const counterResetHint = first.histogram.counterResetHint;
    current = { histogram: { ...outcome.histogram, counterResetHint }, hinted: first.hinted };
  }
  return points;
}

/** Durations relative to the samples' own times: `-30s-1mx2` is -30s, -1m30s, -2m30s. */
function parseStartTimes(text: string): Point[] {
  const points: Point[] = [];
  for (const token of tokens(text)) {
    const repeatedGap = /^_(?:x(\d+))?$/.exec(token);
    if (repeatedGap !== null) {
      repeat(points, gap, Number(repeatedGap[1] ?? 1));
      continue;
    }
    const match =
      /^([+-]?(?:\d+(?:ms|[smhdwy]))+|[+-]?0)(?:([+-])((?:\d+(?:ms|[smhdwy]))+|0))?(?:x(\d+))?$/.exec(token);
    if (match === null) throw new Error(`not a start time: ${token}`);
    const first = signedDuration(match[1]);
    const step = match[3] === undefined ? 0 : signedDuration(`${match[2]}${match[3]}`);
    for (let i = 0; i <= Number(match[4] ?? 0); i++) points.push({ kind: 'float', value: first + i * step });
  }
  return points;
}

function signedDuration(text: string): number {
  const durationMs = parseDuration(text.replace(/^[+-]/, ''));
  if (isFault(durationMs)) throw new Error(durationMs.message);
  return text.startsWith('-') ? -durationMs : durationMs;
}
