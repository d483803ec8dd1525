import { describe, expect, test } from 'vitest';
import { awaitedRooms, tooLongAllowed } from './allowed.ts';
import { bannedTokenViolations } from './rules/banned-tokens.ts';
import { brokenImports, deadFiles, importCycles } from './rules/graph.ts';
import { importTableViolations } from './rules/import-table.ts';
import { ratchetViolations, tooLong } from './rules/length.ts';
import { type PackageJson, packageViolations } from './rules/packages.ts';
import { shapeViolations } from './rules/shape.ts';
import { allSources, fileExists, isTestFile, readText } from './source.ts';

const sources = allSources();
const list = [...sources.values()];
const packageFolders = (JSON.parse(readText('package.json')) as PackageJson).workspaces ?? [];
const packages = new Map<string, PackageJson>(
  ['', ...packageFolders].map((folder) => [
    folder,
    JSON.parse(readText(folder === '' ? 'package.json' : `${folder}/package.json`)),
  ]),
);
/** What is shipped: the packages without their tests. */
const product = list.filter(
  ({ path }) => packageFolders.includes(path.split('/')[0]) && !isTestFile(path) && /\.tsx?$/.test(path),
);

test('there is something to look at', () => {
  expect(list.length).toBeGreaterThan(50);
  expect(product.length).toBeGreaterThan(20);
});

describe('imports', () => {
  test('rooms import only what the table allows, by doors', () => {
    expect(list.flatMap(importTableViolations)).toEqual([]);
  });

  test('packages import only what they depend on', () => {
    expect(list.flatMap((source) => packageViolations(source, packages))).toEqual([]);
  });

  test('imported files exist', () => {
    expect(list.flatMap((source) => brokenImports(source, fileExists))).toEqual([]);
  });

  test('there are no cycles', () => {
    expect(importCycles(sources)).toEqual([]);
  });
});

describe('dead files', () => {
  const door = (room: string): string => `otel-processor/src/${room}/index.ts`;
  const isEntry = (path: string): boolean =>
    /^((?:[^/]+\/)?scripts\/[^/]+\.(?:mjs|ts)|[^/]+\/bin\/[^/]+|vitest\.config\.ts)$/.test(path) ||
    /^[^/]+\/src\/main\.ts$/.test(path) ||
    /^grafana-.*\/(src\/module|\.config\/webpack\/webpack\.config)\.ts$/.test(path) ||
    /^sdk\/src\/[^/]+\/index\.ts$/.test(path);

  const isAwaited = (path: string): boolean => awaitedRooms.some((room) => path === door(room));

  test('what is shipped is reached from an entry point, not only from its tests', () => {
    const isProduct = (path: string): boolean => product.some((source) => source.path === path);
    expect(deadFiles(sources, (path) => isEntry(path) || isAwaited(path), isProduct)).toEqual([]);
  });

  test('rooms that wait for a user are still waiting', () => {
    const dead = new Set(deadFiles(sources, isEntry, () => true));
    expect(awaitedRooms.filter((room) => sources.has(door(room)) && !dead.has(door(room)))).toEqual([]);
  });

  /** Scripts of the status page, named by the page and not imported; and programs that a test is made to break on. */
  const isData = (path: string): boolean => /\/status\/page\/[^/]+\.js$|\/fixtures\//.test(path);

  test('what only tests use is reached from a test, a bench or a program under test/', () => {
    const isTestEntry = (path: string): boolean =>
      isEntry(path) ||
      isAwaited(path) ||
      /\.(test|bench|soak|fuzz|e2e)\.ts$/.test(path) ||
      // Run by scripts or by hand; named by a tool; types of what has none.
      /^test\/[a-z-]+\/(?:[a-z-]+\/)?(run|setup|figures|main|make-screenshots)\.ts$/.test(path) ||
      /\.(config|d)\.ts$/.test(path);
    expect(deadFiles(sources, isTestEntry, (path) => !isData(path))).toEqual([]);
  });
});

describe('style', () => {
  test('time, chance, environment and console are passed in, not taken', () => {
    const isShell = (path: string): boolean =>
      /^(otel-processor|sdk|chatops-bot|grafana-datasource)\/src\/base\//.test(path) ||
      /^[^/]+\/src\/main\.ts$/.test(path) ||
      // The build says when it was; a component lives in the browser's own time.
      path.includes('/.config/') ||
      path.endsWith('.tsx');
    expect(product.filter(({ path }) => !isShell(path)).flatMap(bannedTokenViolations)).toEqual([]);
  });

  test('no default exports and no any', () => {
    expect(
      list
        .filter(({ path }) => !path.endsWith('.config.ts') && /\.tsx?$/.test(path))
        .flatMap(shapeViolations),
    ).toEqual([]);
  });

  test('files and functions are short; exceptions only shrink', () => {
    const long = new Map(
      list
        .filter(({ path }) => !/\.(test|suite)\.tsx?$/.test(path))
        .flatMap((source) => [...tooLong(source)]),
    );
    expect(ratchetViolations(long, tooLongAllowed)).toEqual([]);
  });
});
