import type { ScopedVars } from '@grafana/data';
import { promDuration } from '../model/time.ts';
import { escapeRegex } from './filters.ts';

/**
 * A variable's value within an expression, as the Prometheus data source writes it: several values, and one of a
 * variable that may have several, are alternatives of a regular expression; others are text within quotes.
 */
export function variableText(
  value: unknown,
  variable: { readonly multi?: boolean; readonly includeAll?: boolean } = {},
): string {
  if (Array.isArray(value)) {
    const texts = value.map((each) => inQuotes(escapeRegex(String(each))));
    return texts.length === 1 ? (texts[0] as string) : `(${texts.join('|')})`;
  }
  const text = String(value);
  if (variable.multi !== true && variable.includeAll !== true) return inQuotes(text);
  return inQuotes(escapeRegex(text));
}

function inQuotes(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}

/** `$__interval`, `$__rate_interval`, `$__range` and their kin. A rate needs four samples to bear one that is missing. */
export function timeVariables(stepMs: number, rangeMs: number, scrapeMs: number): ScopedVars {
  const rateMs = Math.max(stepMs + scrapeMs, 4 * scrapeMs);
  const rangeSeconds = Math.max(1, Math.round(rangeMs / 1000));
  const variable = (value: string | number) => ({ text: String(value), value: String(value) });
  return {
    __interval: variable(promDuration(stepMs)),
    __interval_ms: variable(stepMs),
    __rate_interval: variable(promDuration(rateMs)),
    __rate_interval_ms: variable(rateMs),
    __range: variable(`${rangeSeconds}s`),
    __range_s: variable(rangeSeconds),
    __range_ms: variable(rangeSeconds * 1000),
  };
}
