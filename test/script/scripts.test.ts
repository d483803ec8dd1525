import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatFailure, runScript } from '../../otel-processor/src/script-test/index.ts';
import { createTempDir } from '../support/temp-dir.ts';

const folder = fileURLToPath(new URL('../scripts/', import.meta.url));
const scripts = readdirSync(folder).filter((name) => name.endsWith('.test'));

// UPDATE=1 writes what came out into the scripts, to be looked at with git diff.
test.each(scripts)('%s', async (name) => {
  const path = join(folder, name);
  const script = readFileSync(path, 'utf8');
  const data = createTempDir('script');
  const { failures, checkCount, updated } = await runScript(script, {
    dataDir: data.path,
    baseDir: folder,
    env: {},
  });
  data.remove();
  if (process.env['UPDATE'] === '1' && updated !== script) writeFileSync(path, updated);
  expect(checkCount, 'a script checks something').toBeGreaterThan(0);
  expect(failures.map(formatFailure).join('\n')).toBe('');
});

test('the example of docs/scripts.md is right', async () => {
  const page = readFileSync(join(folder, '../../docs/scripts.md'), 'utf8');
  const example = /```\n(# The alert .*?)```/s.exec(page)?.[1] ?? '';
  const place = createTempDir('script-example');
  const pays = (name: string, where: string): string =>
    `{ name: ${name}, from: pay, by: [region]${where}, window: { tumbling: 1m }, aggregate: { count: {} }, guarantee: complete }`;
  writeFileSync(
    join(place.path, 'statbar.yaml'),
    `rules: { files: [rules.yaml] }
views:
  - ${pays('payments', '')}
  - ${pays('failed', ', where: { ok: "false" }')}
  - { name: failed_share, ratio: [failed, payments] }
`,
  );
  writeFileSync(
    join(place.path, 'rules.yaml'),
    'groups: [{ name: g, rules: [{ alert: PaymentsFail, expr: failed_share > 0.5, for: 3m }] }]',
  );
  const script = { dataDir: join(place.path, 'data'), baseDir: place.path, env: {} };
  const { failures, checkCount } = await runScript(example, script);
  place.remove();
  expect(failures.map(formatFailure).join('\n')).toBe('');
  expect(checkCount).toBe(2);
});
