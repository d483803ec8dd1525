const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;
/** A question cannot look back further. */
export const SPAN_MAX_MS = 3 * 366 * DAY_MS;

const units: readonly (readonly [RegExp, number])[] = [
  [/^(s|secs?|seconds?)$/, 1000],
  [/^(m|mins?|minutes?)$/, MINUTE],
  [/^(h|hrs?|hours?)$/, HOUR],
  [/^(d|days?)$/, DAY_MS],
  [/^(w|wks?|weeks?)$/, 7 * DAY_MS],
  [/^months?$/, 30 * DAY_MS],
  [/^years?$/, 365 * DAY_MS],
];
const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  half: 0.5,
  couple: 2,
  few: 3,
};

export function unitOf(text: string): number | undefined {
  return units.find(([pattern]) => pattern.test(text))?.[1];
}

/** `6`, `six`. */
export function numberOf(text: string): number | undefined {
  if (Object.hasOwn(numbers, text)) return numbers[text];
  return /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** `6h`, `1h30m`, `3hrs`; undefined when it is something else. */
export function durationOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?[a-z]+)+$/.test(text)) return undefined;
  let durationMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const unitMs = unitOf(unit);
    if (unitMs === undefined) return undefined;
    durationMs += Number(count) * unitMs;
  }
  return durationMs > 0 && durationMs <= SPAN_MAX_MS ? durationMs : undefined;
}

/** Minutes past midnight of `14:00`, `9am`, `9`, `24:00`. */
export function clockOf(text: string): number | undefined {
  const found = /^(\d{1,2})(?::(\d\d))?(am|pm)?$/.exec(text);
  if (found === null) return undefined;
  const hour = Number(found[1]);
  const minute = Number(found[2] ?? 0);
  if (minute > 59 || hour > 24 || (found[3] !== undefined && (hour > 12 || hour === 0))) return undefined;
  const half = found[3] === undefined ? hour : (hour % 12) + (found[3] === 'pm' ? 12 : 0);
  return half * 60 + minute <= 1440 ? half * 60 + minute : undefined;
}
