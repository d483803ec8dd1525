import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig, problemText } from './load.ts';
import { defaultConfig } from './schema.ts';
import { hideSecrets } from './secrets.ts';
import { closest, editDistance } from './suggest.ts';

const folder = new URL('testdata/', import.meta.url);

describe('mistakes are named by line and key', () => {
  for (const file of readdirSync(folder)) {
    test(file, async () => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const expected = [...text.matchAll(/^# expect: (.*)$/gm)].map((match) => match[1]);
      const { problems } = await loadConfig(text, {});
      expect(expected).not.toHaveLength(0);
      expect(problems?.map(problemText)).toEqual(expected);
    });
  }
});

test('an empty file, an empty section and no file mean the same', async () => {
  for (const text of ['', '# nothing\n', 'serve: {}\n']) {
    expect((await loadConfig(text, {})).config).toEqual(defaultConfig());
  }
});

test('values reach the program in its units', async () => {
  const { config } = await loadConfig(
    'serve: { request_timeout: 1m30s, body_size_max: 1KiB }\nquery: { steps_max: 7 }',
    {},
  );
  expect(config?.serve.request_timeout).toBe(90_000);
  expect(config?.serve.body_size_max).toBe(1024);
  expect(config?.query.steps_max).toBe(7);
});

const hash = 'ab'.repeat(32);
const withToken = 'serve: { tokens: [{ name: ci, sha256: "${env:CI_HASH}", scopes: [write] }] }';

test('a secret may come from the environment, and is hidden where the configuration is shown', async () => {
  const { config } = await loadConfig(withToken, { CI_HASH: hash });
  expect(config?.serve.tokens[0].sha256).toBe(hash);
  expect(config?.serve.tokens[0].tenant).toBe('default');
  expect(JSON.stringify(hideSecrets(config))).not.toContain(hash);
  expect(JSON.stringify(hideSecrets(config))).toContain('<secret>');
});

test('a wrong value from the environment is reported without showing it', async () => {
  const { problems } = await loadConfig(withToken, { CI_HASH: 'hunter2' });
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('any text is answered with a configuration or with problems, never with an exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const { config, problems } = await loadConfig(text, {});
      expect(config !== undefined || problems.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('edit distance is a metric that counts a swap of neighbours once', () => {
  expect(editDistance('lisetn', 'listen')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
  expect(closest('durabilty', ['durability', 'dir'])).toBe('durability');
  expect(closest('xyz', ['durability', 'dir'])).toBeUndefined();
});
