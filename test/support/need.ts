import { isCi } from './root.ts';

/**
 * What a test needs from outside npm. Where it cannot be had the test must say so and be skipped, and with
 * CI=true that is a failure: use as `const prometheus = await need('prometheus', debianProgram(...))` at the top
 * of a test file and `describe.skipIf(prometheus === undefined)`.
 */
export async function need<T>(what: string, search: Promise<T | Error>): Promise<T | undefined> {
  const found = await search;
  if (!(found instanceof Error)) return found;
  const message = `NOT TESTED: ${what} cannot be had here: ${found.message}`;
  if (isCi) throw new Error(message);
  process.stderr.write(`\n${message}\n\n`);
  return undefined;
}
