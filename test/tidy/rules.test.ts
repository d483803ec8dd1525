import { describe, expect, test } from 'vitest';
import { bannedTokenViolations } from './rules/banned-tokens.ts';
import { configKeys, unknownKeys } from './rules/config-keys.ts';
import { deadFiles, importCycles } from './rules/graph.ts';
import { importTableViolations } from './rules/import-table.ts';
import { instrumentNamesOf, instrumentsOf } from './rules/instruments.ts';
import { leakViolations } from './rules/leaks.ts';
import { ratchetViolations, tooLong } from './rules/length.ts';
import { brokenLinks } from './rules/links.ts';
import { packageViolations } from './rules/packages.ts';
import { shapeViolations } from './rules/shape.ts';
import { parseSource, type Source } from './source.ts';

const src = (room: string, text: string): Source => parseSource(`otel-processor/src/${room}`, text);
const byPath = (...list: Source[]): Map<string, Source> =>
  new Map(list.map((source) => [source.path, source]));

describe('import table', () => {
  test.each([
    ['model/x.ts', "import { a } from '../base/index.ts';"],
    ['model/x.ts', "import { a } from './y.ts';"],
    ['query/x.ts', "import { createSampleBuffer } from '../store/types.ts';"],
    ['config/x.ts', "import { a } from '../ingest/config.ts';"],
    ['serve/x.ts', "import type { A } from '../query/index.ts';"],
    ['serve/x.ts', "import { type A, type B } from '../query/types.ts';"],
    ['serve/x.ts', "import { createServer } from 'node:http';"],
    ['app.ts', "import { a } from './serve/index.ts';"],
    ['main.ts', "import { a } from './app.ts';"],
    ['store/x.test.ts', "import { a } from '../query/index.ts';"],
  ])('%s may: %s', (room, text) => {
    expect(importTableViolations(src(room, text))).toEqual([]);
  });

  test.each([
    ['base/x.ts', "import { a } from '../model/index.ts';", 'base may not import model'],
    ['ingest/x.ts', "import { a } from '../model/batch.ts';", 'an inner file of model'],
    ['query/x.ts', "import { a } from '../store/index.ts';", 'query may not import store'],
    ['query/x.ts', "import { a } from '../store/head.ts';", 'an inner file of store'],
    ['serve/x.ts', "import { createQueryEngine } from '../query/index.ts';", 'only types of query'],
    ['serve/x.ts', "export { a } from '../query/types.ts';", 'only types'],
    ['ingest/x.ts', "import { readFileSync } from 'node:fs';", 'ingest is pure'],
    ['store/x.ts', "import { setTimeout } from 'node:timers/promises';", 'take a Clock'],
    ['store/x.ts', "import { a } from '../app.ts';", 'store may not import app.ts'],
    ['store/x.ts', "const a = await import('../query/index.ts');", 'store may not import query'],
    ['store/x.test.ts', "import { a } from '../query/engine.ts';", 'an inner file of query'],
    ['attic/x.ts', '', 'attic is not in the import table'],
    ['query/x.ts', "import { a } from '@statbar/sdk/wire';", 'query may not import @statbar/sdk/wire'],
  ])('%s may not: %s', (room, text, message) => {
    expect(importTableViolations(src(room, text)).join()).toContain(message);
  });
});

test('packages import only what they name', () => {
  const packages = new Map([
    ['', { name: 'statbar', devDependencies: { vitest: '1' } }],
    ['sdk', { name: '@statbar/sdk', dependencies: { zod: '1' } }],
    ['demo', { name: '@statbar/demo' }],
  ]);
  const check = (path: string, text: string): string =>
    packageViolations(parseSource(path, text), packages).join();
  expect(check('sdk/src/x.ts', "import { z } from 'zod/v4';")).toBe('');
  expect(check('sdk/src/x.test.ts', "import { test } from 'vitest';")).toBe('');
  expect(check('sdk/src/x.ts', "import { test } from 'vitest';")).toContain('vitest is not a dependency');
  expect(check('demo/src/x.ts', "import { z } from 'zod';")).toContain(
    'zod is not a dependency of @statbar/demo',
  );
  expect(check('demo/src/x.ts', "import { a } from '../../sdk/src/a.ts';")).toContain(
    'reaches into another package',
  );
  expect(check('sdk/src/x.ts', "import fs from 'fs';")).toContain('write node:fs');
});

describe('banned tokens', () => {
  test.each([
    ['const t = Date.now();', 'Date.now'],
    ['const t = globalThis.performance.now();', 'performance.now'],
    ['const t = new Date();', 'new Date()'],
    ['const home = process.env.HOME;', 'process.env'],
    ['console.log(1);', 'console'],
    ['globalThis.setTimeout(() => {}, 1);', 'setTimeout'],
    ['const later = setImmediate;', 'setImmediate'],
    ['const x = { setTimeout };', 'setTimeout'],
  ])('%s', (text, token) => {
    expect(bannedTokenViolations(src('store/x.ts', text)).join()).toContain(`x.ts:1: ${token}: `);
  });

  test.each([
    'socket.setTimeout(5);',
    'const ports = { console: logger, setTimeout: 5 };',
    'const date = new Date(clock.nowMs());',
    'const text = "Date.now()"; // Math.random() is banned',
    'interface Host { setTimeout(delayMs: number): void }',
  ])('not %s', (text) => {
    expect(bannedTokenViolations(src('store/x.ts', text))).toEqual([]);
  });
});

test('default exports and any are found, the word any is not', () => {
  const bad = shapeViolations(src('store/x.ts', 'export default 1;\nexport function f(a: any): void {}'));
  expect(bad.join()).toMatch(/x\.ts:1: default export.*x\.ts:2: any/);
  expect(shapeViolations(src('store/x.ts', 'export const any = "any"; // any'))).toEqual([]);
});

describe('length', () => {
  const long = src('store/x.ts', `export const f = () => {\n${'  g();\n'.repeat(69)}};\n`);

  test('a function of 71 lines is too long, one of 70 is not', () => {
    expect([...tooLong(long)]).toEqual([['otel-processor/src/store/x.ts f', 71]]);
    expect(tooLong(src('store/x.ts', `function f() {\n${'  g();\n'.repeat(68)}}\n`)).size).toBe(0);
  });

  test('a file of 301 lines is too long, one of 300 is not', () => {
    expect([...tooLong(src('store/x.ts', '\n'.repeat(301)))]).toEqual([
      ['otel-processor/src/store/x.ts', 301],
    ]);
    expect(tooLong(src('store/x.ts', '\n'.repeat(300))).size).toBe(0);
  });

  test('the ratchet lets the listed stay, not grow, and asks to take off what is short again', () => {
    const key = 'otel-processor/src/store/x.ts f';
    expect(ratchetViolations(tooLong(long), { [key]: 71 })).toEqual([]);
    expect(ratchetViolations(tooLong(long), {}).join()).toContain('split it');
    expect(ratchetViolations(tooLong(long), { [key]: 70 }).join()).toContain('grew from 70 to 71');
    expect(ratchetViolations(new Map(), { [key]: 71 }).join()).toContain('take it off');
  });
});

describe('graph', () => {
  test('a file that nothing reaches is dead, one named in a string is not', () => {
    const sources = byPath(
      src('main.ts', "import './a.ts'; new Worker(new URL('./worker.ts', import.meta.url));"),
      src('a.ts', ''),
      src('worker.ts', ''),
      src('dead.ts', "import './a.ts';"),
    );
    expect(
      deadFiles(
        sources,
        (path) => path.endsWith('main.ts'),
        () => true,
      ),
    ).toEqual(['otel-processor/src/dead.ts']);
  });

  test('a circle of values is a cycle, one closed only by a type is not', () => {
    const a = src('a.ts', "import { b } from './b.ts';");
    expect(importCycles(byPath(a, src('b.ts', "import { a } from './a.ts';")))).toEqual([
      ['otel-processor/src/a.ts', 'otel-processor/src/b.ts'],
    ]);
    expect(importCycles(byPath(a, src('b.ts', "import type { A } from './a.ts';")))).toEqual([]);
  });
});

test('links to missing files and headings are broken, links in code are not links', () => {
  const files = new Map([['docs/b.md', '# One thing: `two`\n## Three']]);
  const broken = (text: string): string[] => brokenLinks('docs/a.md', text, (path) => files.get(path));
  expect(broken('[b](b.md) [h](b.md#one-thing-two) [w](https://example.com/x) `[c](c.md)`')).toEqual([]);
  expect(broken('[c](c.md)').join()).toContain('no such file');
  expect(broken('[h](b.md#four)').join()).toContain('no such heading');
  expect(broken('```\n[c](c.md)\n```\n')).toEqual([]);
});

test('paths of a machine and hosts of registries are found', () => {
  const path = ['', 'work', 'main', 'x.ts'].join('/');
  const host = ['registry', 'npmjs', 'org'].join('.');
  expect(leakViolations('x.md', `see ${path}`).join()).toContain('a path of some machine');
  expect(leakViolations('x.md', `from https://${host}/zod`).join()).toContain('registry');
  expect(leakViolations('x.md', 'see ./work/main, framework/x and https://example.com/work/x')).toEqual([]);
});

test('configuration keys are paths, and texts may name only those', () => {
  const schema = {
    properties: { store: { properties: { a: {}, list: { items: { properties: { b: {} } } } } } },
  };
  expect(configKeys(schema)).toEqual(['store', 'store.a', 'store.list', 'store.list.b']);
  const known = new Set(configKeys(schema));
  expect(unknownKeys('`store.a` `store.a: 5` `store.c` `store.x.ts` store.d', known, ['store'])).toEqual([
    'store.c',
  ]);
});

describe('instruments', () => {
  const read = (text: string): unknown[] =>
    instrumentsOf(src('store/x.ts', text)).map(({ name, type, help, labels }) => [
      name,
      type,
      help,
      labels.join(),
    ]);

  test('are read with type, help and labels', () => {
    expect(read("telemetry.counter('statbar_x_total', 'Counts ' + 'x.', { reason: 'y' });")).toEqual([
      ['statbar_x_total', 'counter', 'Counts x.', 'reason'],
    ]);
    expect(read("telemetry.observed('statbar_x', 'X.', 'gauge', () => 1);")).toEqual([
      ['statbar_x', 'gauge', 'X.', ''],
    ]);
    expect(read("this.#telemetry.distribution('statbar_x_seconds', 'X.');")).toEqual([
      ['statbar_x_seconds', 'histogram', 'X.', ''],
    ]);
  });

  test('are found behind constants and helpers', () => {
    expect(
      read("const help = 'H.'; const n = 'statbar_y'; observe(n + '_hits_total', help, () => 1);"),
    ).toEqual([['statbar_y_hits_total', 'counter', 'H.', '']]);
  });

  test('names are found wherever they stand, histograms by their base', () => {
    const text = "look('statbar_a'); find(`statbar_b_seconds_count`); const part = 'statbar_c';";
    expect(instrumentNamesOf(src('store/x.ts', text))).toEqual(['statbar_a', 'statbar_b_seconds']);
  });
});
