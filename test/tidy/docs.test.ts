import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../otel-processor/src/config/index.ts';
import { root } from '../support/root.ts';
import { configKeys, type Schema, unknownKeys } from './rules/config-keys.ts';
import { instrumentNamesOf, instrumentsOf } from './rules/instruments.ts';
import { leakViolations } from './rules/leaks.ts';
import { brokenLinks } from './rules/links.ts';
import { metricsPage } from './rules/metrics-page.ts';
import type { PackageJson } from './rules/packages.ts';
import { allSources, fileExists, isTestFile, listFiles, readText } from './source.ts';

const files = listFiles();
const documents = files.filter((path) => path.endsWith('.md') && !path.includes('/corpus/'));
const service = [...allSources().values()].filter(
  ({ path }) => path.startsWith('otel-processor/src/') && !isTestFile(path),
);

test('links in documents lead somewhere', () => {
  const read = (path: string): string | undefined => {
    if (path.endsWith('.md') && fileExists(path)) return readText(path);
    return fileExists(path) ? '' : undefined;
  };
  expect(documents.flatMap((path) => brokenLinks(path, readText(path), read))).toEqual([]);
});

test('nothing names a machine or a package registry', () => {
  const texts = files.filter((path) =>
    /(\.(ts|mjs|js|md|ya?ml|json|html|test|py|sh)|\/run|\.npmrc)$/.test(path),
  );
  expect(texts.flatMap((path) => leakViolations(path, readText(path)))).toEqual([]);
});

test('every dependency argues for itself in ARCHITECTURE.md', () => {
  const text = fileExists('ARCHITECTURE.md') ? readText('ARCHITECTURE.md') : '';
  const folders = ['', ...((JSON.parse(readText('package.json')) as PackageJson).workspaces ?? [])];
  const missing = folders.flatMap((folder) => {
    const file = folder === '' ? 'package.json' : `${folder}/package.json`;
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readText(file)) as PackageJson;
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter((name) => !name.startsWith('@statbar/') && !text.includes(`\`${name}\``))
      .map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});

describe('configuration keys', () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as Schema;
  const keys = configKeys(schema);
  const sections = Object.keys(schema.properties ?? {}).filter((name) => name !== 'data_dir');

  test('are all in docs/configuration.md', () => {
    const page = fileExists('docs/configuration.md') ? readText('docs/configuration.md') : '';
    const missing = keys.filter((key) => !page.includes(key.slice(key.lastIndexOf('.') + 1)));
    expect(missing).toEqual([]);
  });

  test('that documents and messages name exist', () => {
    const known = new Set(keys);
    const texts = [...documents, ...service.map(({ path }) => path)];
    expect(
      texts.flatMap((path) => unknownKeys(readText(path), known, sections).map((key) => `${path}: ${key}`)),
    ).toEqual([]);
  });
});

describe('docs/metrics.md', () => {
  const instruments = service.flatMap(instrumentsOf);
  const page = metricsPage(instruments);
  if (process.env['UPDATE'] === '1') writeFileSync(join(root, 'docs/metrics.md'), page);

  test('is what the source says (UPDATE=1 npm run check -- tidy rewrites it)', () => {
    expect(fileExists('docs/metrics.md') ? readText('docs/metrics.md') : '').toBe(page);
  });

  // What StatBar writes into a tenant's own data is not at /metrics.
  const names = readText('docs/names.md');

  test('has every instrument name that the source mentions', () => {
    const missing = service.flatMap((source) =>
      instrumentNamesOf(source)
        .filter((name) => !page.includes(`\`${name}\``) && !names.includes(name))
        .map((name) => `${source.path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('one name has one type and one help', () => {
    const byName = new Map<string, string>();
    const clashes: string[] = [];
    for (const { name, type, help } of instruments) {
      const said = byName.get(name) ?? `${type} ${help}`;
      if (said !== `${type} ${help}`) clashes.push(`${name}: ${said} / ${type} ${help}`);
      byName.set(name, said);
    }
    expect(clashes).toEqual([]);
  });
});
