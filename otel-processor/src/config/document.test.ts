import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationDocument, exampleConfiguration } from './document.ts';
import { loadConfig } from './load.ts';
import { defaultConfig } from './schema.ts';
import { configShape, type Shape } from './shape.ts';

const docs = new URL('../../../docs/', import.meta.url);
const howTo = 'run: node otel-processor/scripts/write-config-docs.ts';

test('docs/configuration.md is current', () => {
  expect(readFileSync(new URL('configuration.md', docs), 'utf8'), howTo).toBe(configurationDocument());
});

test('docs/statbar.example.yaml is current', () => {
  expect(readFileSync(new URL('statbar.example.yaml', docs), 'utf8'), howTo).toBe(exampleConfiguration());
});

test('the example configuration equals the defaults', async () => {
  const { config, problems } = await loadConfig(exampleConfiguration(), {});
  expect(problems).toBeUndefined();
  expect(config).toEqual(defaultConfig());
});

test('every key has a sentence of description', () => {
  const silent: string[] = [];
  const visit = (shape: Shape, path: string): void => {
    for (const [name, inner] of Object.entries(shape.properties ?? shape.items?.properties ?? {})) {
      const isSection = path === '' && inner.properties !== undefined;
      if (!isSection && inner.properties === undefined && !/[.)]$/.test(inner.description ?? ''))
        silent.push(`${path}${name}`);
      visit(inner, `${path}${name}.`);
    }
  };
  visit(configShape(), '');
  expect(silent).toEqual([]);
});
