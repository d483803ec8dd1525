import { createHash } from 'node:crypto';
import { z } from 'zod';

/** The same field in every list of receivers. */
export const ownNameField = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'expected a letter, then letters, digits, dots, _ and -')
  .optional()
  .describe(
    'What it is called among its kind: with a name it stays the same receiver for open groups when its address, key or recipients change.',
  );

/** A list in which no name is there twice. */
export function listOf<T extends z.ZodType<{ readonly name?: string | undefined }>>(each: T, kind: string) {
  return z.array(each).superRefine((entries, context) => {
    entries.forEach(({ name }, i) => {
      if (name === undefined || entries.findIndex((other) => other.name === name) === i) return;
      context.addIssue({ code: 'custom', path: [i, 'name'], message: `there is another ${kind} ${name}` });
    });
  });
}

/**
 * What tells an entry of a list from the others, wherever in the list it is: its name, else where it leads to. The log and
 * texts for people hold it, so it is a hash: addresses may have tokens in them.
 */
export function identityOf(name: string | undefined, where: readonly string[]): string {
  const told = name === undefined ? ['where', ...where] : ['name', name];
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 12);
}

/** The address without what is there for logging in. */
export function placeOf(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}${search}`;
}
