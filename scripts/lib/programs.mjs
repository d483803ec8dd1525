// Finds and runs the programs of one kind under test/ (benches, soaks), one after the other.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { run } from './run.mjs';
import { root, toolNode } from './runtime.mjs';

/** Paths relative to the root, with forward slashes, sorted. */
export function findPrograms(suffix) {
  return readdirSync(join(root, 'test'), { recursive: true })
    .map((name) =>
      relative(root, join(root, 'test', String(name)))
        .split(sep)
        .join('/'),
    )
    .filter((name) => name.endsWith(suffix) && !name.includes('node_modules'))
    .sort();
}

/**
 * Arguments that begin with a dash (and what follows the first of them) go to every program; the words before
 * them choose programs by a part of their path. Settles with the number of programs that failed.
 */
export async function runPrograms(suffix, args) {
  const dash = args.findIndex((arg) => arg.startsWith('-'));
  const words = dash < 0 ? args : args.slice(0, dash);
  const options = dash < 0 ? [] : args.slice(dash);
  const all = findPrograms(suffix);
  const chosen = all.filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  if (chosen.length === 0) {
    console.error(`nothing to run: no ${suffix} under test/ matches ${words.join(' ') || 'it'}`);
    for (const path of all) console.error(`  ${path}`);
    return { ran: 0, failed: 1, words };
  }
  let failed = 0;
  for (const path of chosen) {
    console.log(`\n=== ${path}`);
    const code = await run(toolNode(), ['--expose-gc', join(root, path), ...options]);
    if (code === 130 || code === 143) process.exit(code);
    if (code !== 0) {
      failed += 1;
      console.error(`${path} ended with exit code ${code}`);
    }
  }
  return { ran: chosen.length, failed, words };
}
