import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatFailure, runScript } from './timeline/run.ts';

const folder = fileURLToPath(new URL('../scripts/', import.meta.url));
const scripts = readdirSync(folder).filter((name) => name.endsWith('.test'));

// UPDATE=1 writes what came out into the scripts, to be looked at with git diff.
test.each(scripts)('%s', async (name) => {
  const path = join(folder, name);
  const script = readFileSync(path, 'utf8');
  const { failures, checkCount, updated } = await runScript(script);
  if (process.env['UPDATE'] === '1' && updated !== script) writeFileSync(path, updated);
  expect(checkCount, 'a script checks something').toBeGreaterThan(0);
  expect(failures.map(formatFailure).join('\n')).toBe('');
});
