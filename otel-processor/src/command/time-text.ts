const LOCAL_LIKE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/;
/** Epoch seconds reach this in the year 5138, milliseconds in March 1973. */
const MILLISECONDS_FROM = 1e11;

/**
 * Milliseconds since the epoch of a time as files have it: ISO 8601, `YYYY-MM-DD HH:MM:SS` (UTC), a date, or seconds or
 * milliseconds since the epoch. Undefined when it is none of them.
 */
export function parseTimeText(text: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    return Math.abs(number) < MILLISECONDS_FROM ? number * 1000 : number;
  }
  const match = LOCAL_LIKE.exec(text);
  const timeMs = Date.parse(match === null ? text : `${match[1]}T${match[2]}Z`);
  return Number.isNaN(timeMs) || !/^\d{4}-\d\d/.test(text) ? undefined : timeMs;
}
