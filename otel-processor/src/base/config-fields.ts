import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { isFault } from './fault.ts';

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `64MiB`, `1.5GB` or a number of bytes; undefined when it is neither. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?i?B)?$/.exec(text);
  if (match === null) return undefined;
  const unit = unitBytes[match[2] ?? ''];
  return unit === undefined ? undefined : Math.floor(Number(match[1]) * unit);
}

/** A configuration field written `30s` or `1h30m`, read as milliseconds. `defaultText` is written the same way. */
export function durationField(defaultText: string, description: string) {
  return z
    .string('expected a duration, for example 30s or 1h30m')
    .transform((text, context) => {
      const durationMs = parseDuration(text);
      if (!isFault(durationMs)) return durationMs;
      context.addIssue({ code: 'custom', message: 'expected a duration, for example 30s or 1h30m' });
      return z.NEVER;
    })
    .prefault(defaultText)
    .describe(description);
}

/** A configuration field written `64MiB`, `2GB` or as a number of bytes, read as bytes. */
export function sizeField(defaultText: string, description: string) {
  return z
    .union([z.string(), z.number()], 'expected a size, for example 64MiB')
    .transform((input, context) => {
      const sizeBytes = parseSize(String(input));
      if (sizeBytes !== undefined) return sizeBytes;
      context.addIssue({ code: 'custom', message: 'expected a size, for example 64MiB' });
      return z.NEVER;
    })
    .prefault(defaultText)
    .describe(description);
}

/** A whole number from `least` up. */
export function countField(defaultCount: number, description: string, least = 0) {
  return z
    .int('expected a whole number')
    .min(least, `expected at least ${least}`)
    .default(defaultCount)
    .describe(description);
}
