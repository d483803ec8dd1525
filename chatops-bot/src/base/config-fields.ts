import { z } from 'zod';

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `1h30m`, `250ms` as milliseconds; undefined: it is none of these. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) totalMs += Number(count) * unitsMs[unit];
  return totalMs;
}

/** A configuration field written `30s` or `1h30m`, read as milliseconds. */
export function durationField(defaultText: string, description: string) {
  return z
    .string('expected a duration, for example 30s or 1h30m')
    .transform((text, context) => {
      const durationMs = parseDuration(text);
      if (durationMs !== undefined) return durationMs;
      context.addIssue({ code: 'custom', message: 'expected a duration, for example 30s or 1h30m' });
      return z.NEVER;
    })
    .prefault(defaultText)
    .describe(description);
}
