import { isFault, parseDuration } from '../base/index.ts';
import { type Point, parseSeriesLine } from '../query/index.ts';

/** A point of the script's time: a duration since its beginning, perhaps negative, or seconds. */
export function parseTime(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const duration = parseDuration(text.replace(/^-/, ''));
  if (isFault(duration)) throw new Error(duration.message);
  return text.startsWith('-') ? -duration : duration;
}

export interface TimedValue {
  readonly point: Exclude<Point, { kind: 'gap' }>;
  /** Start of a delta's interval. */
  readonly startMs: number | undefined;
  readonly timestampMs: number;
}

/** `value@time ...` and, for deltas, `value@from..to ...`. */
export function parseTimedValues(text: string): TimedValue[] {
  return (text.match(/(?:\{\{.*?\}\}|[^\s{])+/g) ?? []).map((token) => {
    const match = /^(.+)@(?:(-?[\w.]+?)\.\.)?(-?\w+(?:\.\d+)?)$/.exec(token);
    if (match === null) throw new Error(`not value@time: ${token}`);
    const [point, ...more] = parsePoints(match[1]);
    if (point === undefined || point.kind === 'gap' || more.length > 0)
      throw new Error(`not one value: ${token}`);
    return {
      point,
      startMs: match[2] === undefined ? undefined : parseTime(match[2]),
      timestampMs: parseTime(match[3]),
    };
  });
}

/** Values in the notation of a series line, without the series. */
export function parsePoints(text: string): readonly Point[] {
  return parseSeriesLine(`_ ${text}`).points;
}
