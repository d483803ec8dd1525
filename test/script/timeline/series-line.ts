import { isFault, parseDuration } from '../../../otel-processor/src/base/index.ts';
import { type Label, LabelSet, METRIC_NAME } from '../../../otel-processor/src/model/index.ts';

/** A number, a gap (`_`), or a staleness marker (`stale`). */
export type Cell = number | 'gap' | 'stale';

/** `metric{label="value"} rest of the line` taken apart. */
export function parseSeriesLine(line: string): { labels: LabelSet; rest: string } {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? '';
  const labels: Label[] = name === '' ? [] : [[METRIC_NAME, name]];
  let at = name.length;
  if (line[at] === '{' && line[at + 1] !== '{') {
    at += 1;
    const label =
      /\s*(?:([a-zA-Z_][a-zA-Z0-9_]*|"(?:[^"\\]|\\.)*")\s*(?:=\s*("(?:[^"\\]|\\.)*"))?)\s*(,|(?=\}))/y;
    for (label.lastIndex = at; line.slice(label.lastIndex).trimStart()[0] !== '}'; at = label.lastIndex) {
      const match = label.exec(line);
      if (match === null) throw new Error(`not a label list: ${line}`);
      const left = match[1].startsWith('"') ? String(JSON.parse(match[1])) : match[1];
      // A quoted name alone is the metric's.
      if (match[2] === undefined) labels.push([METRIC_NAME, left]);
      else labels.push([left, String(JSON.parse(match[2]))]);
    }
    at = line.indexOf('}', at) + 1;
  } else if (name === '') {
    throw new Error(`not a series: ${line}`);
  }
  return { labels: LabelSet.of(labels), rest: line.slice(at).trim() };
}

/** Values one step apart: `1 2 _ stale 5x2 1+2x3 10-1x4 _x3` (`axn` gives a and n more). */
export function parseCells(text: string): Cell[] {
  return text.split(/\s+/).filter(Boolean).flatMap(parseCell);
}

const repeated = /^(_|[-+]?(?:Inf|NaN|[\d.]+(?:e[-+]?\d+)?))([-+](?:[\d.]+(?:e[-+]?\d+)?))?x(\d+)$/i;

function parseCell(token: string): Cell[] {
  if (token === '_') return ['gap'];
  if (token === 'stale') return ['stale'];
  const match = repeated.exec(token);
  if (match === null) return [parseNumber(token)];
  const count = Number(match[3]);
  if (match[1] === '_') return new Array<Cell>(count).fill('gap');
  const first = parseNumber(match[1]);
  const step = match[2] === undefined ? 0 : Number(match[2]);
  return Array.from({ length: count + 1 }, (_, index) => first + index * step);
}

export function parseNumber(text: string): number {
  const match = /^([-+]?)(inf|nan)$/i.exec(text);
  if (match !== null) {
    if (match[2].toLowerCase() === 'nan') return Number.NaN;
    return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) throw new Error(`not a number: ${text}`);
  return value;
}

/** A point of the script's time: a duration since its beginning, perhaps negative, or seconds. */
export function parseTime(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const duration = parseDuration(text.replace(/^-/, ''));
  if (isFault(duration)) throw new Error(duration.message);
  return text.startsWith('-') ? -duration : duration;
}

/** `value@time` and, for deltas, `value@from..to`. */
export function parseTimedValue(token: string): {
  cell: Cell;
  startMs: number | undefined;
  timestampMs: number;
} {
  const match = /^(\S+?)@(?:(-?[\w.]+?)\.\.)?(-?[\w]+(?:\.\d+)?)$/.exec(token);
  if (match === null) throw new Error(`not value@time: ${token}`);
  const cells = parseCell(match[1]);
  if (cells.length !== 1 || cells[0] === 'gap') throw new Error(`not one value: ${token}`);
  return {
    cell: cells[0],
    startMs: match[2] === undefined ? undefined : parseTime(match[2]),
    timestampMs: parseTime(match[3]),
  };
}
