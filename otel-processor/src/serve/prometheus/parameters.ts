import { type Fault, isFault, parseDuration, permanent } from '../../base/index.ts';

/** Largest time that a JavaScript date can hold, in milliseconds; stands for the end of time. */
export const TIME_MAX_MS = 8.64e15;

/** Parameters of an API call, from the URL and, for a POST, from its form. */
export interface Parameters {
  /** Undefined when it is absent or empty. */
  get(name: string): string | undefined;
  /** Whether it is there, be it empty. */
  has(name: string): boolean;
  all(name: string): readonly string[];
}

/** The form's values come before the URL's, as in Prometheus. */
export function createParameters(url: URLSearchParams, form: URLSearchParams | undefined): Parameters {
  return {
    get(name) {
      const text = form?.get(name) ?? url.get(name);
      return text === null || text === '' ? undefined : text;
    },
    has: (name) => form?.has(name) === true || url.has(name),
    all: (name) => [...(form?.getAll(name) ?? []), ...url.getAll(name)].filter((text) => text !== ''),
  };
}

function badParameter(name: string, why: string): Fault {
  return permanent('invalid', `invalid parameter "${name}": ${why}`);
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Seconds since the epoch or RFC 3339, as milliseconds. */
export function parseTime(text: string): number | undefined {
  if (decimal.test(text)) {
    const timeMs = Math.round(Number(text) * 1000);
    return Math.abs(timeMs) <= TIME_MAX_MS ? timeMs : undefined;
  }
  if (!rfc3339.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** The parameter's time in milliseconds, `fallbackMs` when it is absent. */
export function timeParameter(
  parameters: Parameters,
  name: string,
  fallbackMs: number | undefined,
): number | Fault {
  const text = parameters.get(name);
  if (text === undefined && fallbackMs !== undefined) return fallbackMs;
  const timeMs = parseTime(text ?? '');
  return timeMs ?? badParameter(name, `cannot parse ${JSON.stringify(text ?? '')} to a valid timestamp`);
}

/** Seconds or Prometheus's duration notation, as milliseconds; undefined when absent. */
export function durationParameter(parameters: Parameters, name: string): number | undefined | Fault {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  const durationMs = decimal.test(text) ? Math.round(Number(text) * 1000) : parseDuration(text);
  if (isFault(durationMs) || !Number.isSafeInteger(durationMs)) {
    return badParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
  }
  return durationMs;
}

/** A whole number from 0 up; 0, which means no limit, when absent. */
export function limitParameter(parameters: Parameters, name: string): number | Fault {
  const text = parameters.get(name);
  if (text === undefined) return 0;
  if (!/^\d{1,15}$/.test(text)) {
    return badParameter(name, `cannot parse ${JSON.stringify(text)} to a non-negative whole number`);
  }
  return Number(text);
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `start` and `end`, all of time when absent. */
export function rangeParameters(parameters: Parameters): TimeRange | Fault {
  const fromMs = timeParameter(parameters, 'start', -TIME_MAX_MS);
  if (isFault(fromMs)) return fromMs;
  const toMs = timeParameter(parameters, 'end', TIME_MAX_MS);
  if (isFault(toMs)) return toMs;
  if (toMs < fromMs) return badParameter('end', 'end timestamp must not be before start time');
  return { fromMs, toMs };
}
