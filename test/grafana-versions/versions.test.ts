import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { repositoryRoot } from '../../grafana-build/src/plugin-folders.ts';
import { type ApiDifference, apiDifferences } from './api-differences.ts';
import { type NewerApi, newerApis, versionReport } from './newer-apis.ts';
import { typeErrors } from './type-errors.ts';

let work: string;

function write(path: string, text: string): string {
  const whole = join(work, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

/** A package of two versions: the older one lacks a function and a method, and one function takes less. */
function writePackage(folder: string, declarations: string): void {
  const place = `${folder}/node_modules/@maker/kit`;
  write(`${place}/package.json`, '{ "name": "@maker/kit", "version": "1.0.0", "types": "index.d.ts" }');
  write(`${place}/index.d.ts`, declarations);
}

beforeAll(() => {
  vi.stubEnv('LEVITATE_SILENT', 'true');
  work = mkdtempSync(join(tmpdir(), 'statbar-versions-'));
  writePackage(
    'new',
    `export declare class Panel { show(what: string): this; fold(): this; }
     /** Said otherwise, and still the same. */
     export declare function same(a: string, b: number): void;
     export declare function wider(a: string | number): void;
     export declare function newcomer(): void;
     export interface Options { title: string; colour?: string }
     export declare function draw(options: Options): void;`,
  );
  writePackage(
    'old',
    `export declare class Panel { show(what: string): this; }
     export declare function same(a: string,  b: number): void;
     export declare function wider(a: string): void;
     export interface Options { title: string }
     export declare function draw(options: Options): void;`,
  );
  write(
    'new/plugin/src/use.ts',
    `import { draw, newcomer, Panel, same, wider } from '@maker/kit';
     new Panel().show('a').fold();
     same('a', 1); wider(2); newcomer(); draw({ title: 'a', colour: 'red' });`,
  );
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(work, { recursive: true, force: true });
});

describe('what another version of a package does not have', { timeout: 300_000 }, () => {
  test('is found, with where it is used; what is only written otherwise is not', async () => {
    const found = await apiDifferences({
      entries: [join(work, 'new/plugin/src/use.ts')],
      packages: ['@maker/kit'],
      installed: join(work, 'new'),
      other: join(work, 'old'),
      workFolder: join(work, 'new'),
    });
    expect(found.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual([
      'Panel changed',
      'Panel.fold missing',
      'newcomer missing',
      'wider changed',
    ]);
    for (const { files } of found) expect(files).toEqual([join(work, 'new/plugin/src/use.ts')]);
  });

  test('is found by the compiler, too: even what is given in an object', () => {
    const source = write(
      'new/plugin/src/object.ts',
      `import { draw } from '@maker/kit'; draw({ title: 'a', colour: 'red' });`,
    );
    const errors = (version: string): readonly string[] =>
      typeErrors({
        root: repositoryRoot.replace(/\/$/, ''),
        include: [source],
        paths: { '@maker/kit': join(work, version, 'node_modules', '@maker', 'kit') },
        workFolder: work,
      }).map(({ code, message }) => `${code} ${message}`);
    expect(errors('new')).toEqual([]);
    expect(errors('old')).toEqual([expect.stringContaining("'colour' does not exist in type 'Options'")]);
  });
});

describe('what is done about it', () => {
  const known: readonly NewerApi[] = [
    { name: 'Panel.fold', since: '2.0', guard: 'called where it exists' },
    { name: 'Options', since: '2.0', guard: 'only a type' },
  ];
  const fold: ApiDifference = { package: '@maker/kit', name: 'Panel.fold', kind: 'missing', files: ['a.ts'] };
  const options = {
    file: 'a.ts',
    code: 'TS2305',
    message: "Module has no exported member 'Options<string>'.",
  };

  test('what is known is fine', () => {
    expect(versionReport([fold], [options], known)).toEqual({ unguarded: [], stale: [] });
  });

  test('what is not known is named, whoever found it', () => {
    const { unguarded, stale } = versionReport([{ ...fold, name: 'newcomer' }], [options], known);
    expect(unguarded).toEqual(['@maker/kit: newcomer is missing, used in a.ts']);
    expect(stale).toEqual(['Panel.fold']);
    const said = { file: 'b.ts', code: 'TS2339', message: "Property 'fly' does not exist on type 'Panel'." };
    expect(versionReport([fold], [options, said], known).unguarded).toEqual([
      "b.ts: Property 'fly' does not exist on type 'Panel'. (TS2339)",
    ]);
  });

  test('what nobody finds any more is no note worth keeping', () => {
    expect(versionReport([], [options], known).stale).toEqual(['Panel.fold']);
  });

  test('suppliers of suggestions may use what came with them, and only they', () => {
    const difference = { ...fold, name: 'newcomer', files: ['x/src/suggest.ts'] };
    expect(versionReport([fold, difference], [options], known).unguarded).toEqual([]);
    const both = { ...difference, files: ['x/src/suggest.ts', 'x/src/Panel.tsx'] };
    expect(versionReport([fold, both], [options], known).unguarded).toHaveLength(1);
  });

  test('the list is in the documents', () => {
    const page = readFileSync(join(repositoryRoot, 'docs', 'testing.md'), 'utf8');
    const rows = newerApis.map(({ name, since, guard }) => `| \`${name}\` | ${since} | ${guard} |`);
    expect(page.split('\n').filter((line) => line.startsWith('| `') && rows.includes(line))).toEqual(rows);
  });
});
