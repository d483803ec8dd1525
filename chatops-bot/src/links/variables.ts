import type { Labels } from '@statbar/sdk/wire';
import { durationText } from '../words/index.ts';

/** What a dashboard's variables are set to; a variable that is set to everything is not among them. */
export type Variables = ReadonlyMap<string, readonly string[]>;

/**
 * Whether something with these labels is what the dashboard shows: it has a label for at least one of the variables, and no
 * label that says otherwise. Variables that are no labels (data source, interval) say nothing.
 */
export function isShown(labels: Labels, variables: Variables): boolean {
  let shared = 0;
  for (const [name, values] of variables) {
    const value = labels[name];
    if (value === undefined) continue;
    if (!values.includes(value)) return false;
    shared += 1;
  }
  return shared > 0;
}

/** Whether a label says that it is something else than what the dashboard shows. */
export function isElsewhere(labels: Labels, variables: Variables): boolean {
  for (const [name, values] of variables) {
    const value = labels[name];
    if (value !== undefined && !values.includes(value)) return true;
  }
  return false;
}

export interface Intervals {
  readonly spanMs: number;
  readonly stepMs: number;
  readonly rateWindowMs: number;
}

const SCRAPE_MS = 15_000;
const POINTS = 240;

/** As Grafana has them for Prometheus, where samples come every 15 s. */
export function intervalsOf(spanMs: number): Intervals {
  const stepMs = Math.max(SCRAPE_MS, Math.ceil(spanMs / POINTS / 1000) * 1000);
  return { spanMs, stepMs, rateWindowMs: Math.max(stepMs + SCRAPE_MS, 4 * SCRAPE_MS) };
}

/**
 * A panel's expression with its variables filled in, as Grafana does it for Prometheus: within a regular expression the
 * values are alternatives, and everything where nothing is chosen. Undefined: it needs a value that the link does not say.
 */
export function filledIn(query: string, variables: Variables, intervals: Intervals): string | undefined {
  const own = new Map([
    ['__range', durationText(intervals.spanMs)],
    ['__range_s', String(Math.round(intervals.spanMs / 1000))],
    ['__interval', durationText(intervals.stepMs)],
    ['__rate_interval', durationText(intervals.rateWindowMs)],
  ]);
  let isKnown = true;
  const fill = (
    text: string,
    chosen: (values: readonly string[] | undefined) => string | undefined,
  ): string =>
    text.replace(
      /\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]|\$(\w+)/g,
      (_, braced?: string, bracketed?: string, bare?: string) => {
        const name = braced ?? bracketed ?? bare ?? '';
        const value = own.get(name) ?? chosen(variables.get(name));
        if (value === undefined) isKnown = false;
        return value ?? '';
      },
    );
  const parts = query.split(/((?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*")/);
  const filled = parts.map((part, at) => {
    // Outside of matchers only what cannot be anything but a name or a number.
    if (at % 2 === 0) return fill(part, (values) => values?.find((value) => /^[\w.]+$/.test(value)));
    return fill(part, /^[=!]~/.test(part) ? asPattern : asText);
  });
  return isKnown ? filled.join('') : undefined;
}

function asPattern(values: readonly string[] | undefined): string {
  if (values === undefined) return '.*';
  const each = values.map((value) => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|');
  return quotable(values.length === 1 ? each : `(${each})`);
}

function asText(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 ? quotable(values[0]) : undefined;
}

function quotable(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
