import { expect, test } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, Entry>>;

type MissingPackages = (
  roots: readonly { location: string; kinds: readonly string[] }[],
  state: { lock: Lock; installed: Lock; exists: (location: string) => boolean; platform?: string },
) => string[];

// The scripts are plain JavaScript, because an old Node must read them.
const path = new URL('../../scripts/lib/lock.mjs', import.meta.url).href;
const { missingPackages } = (await import(path)) as { missingPackages: MissingPackages };

const lock: Lock = {
  '': { devDependencies: { vitest: '5' } },
  service: { dependencies: { '@own/wire': '1', a: '1' }, devDependencies: { tester: '1' } },
  wire: { dependencies: { c: '1' } },
  'node_modules/@own/wire': { link: true, resolved: 'wire' },
  'node_modules/vitest': { version: '5.0.0' },
  'node_modules/tester': { version: '1.0.0' },
  'node_modules/a': {
    version: '1.2.0',
    dependencies: { b: '2' },
    optionalDependencies: { 'a-linux': '1', 'a-win': '1' },
  },
  'node_modules/a/node_modules/b': { version: '2.0.0' },
  'node_modules/b': { version: '1.0.0' },
  'node_modules/c': { version: '1.0.0' },
  'node_modules/a-linux': { version: '1.0.0', optional: true, os: ['linux'] },
  'node_modules/a-win': { version: '1.0.0', optional: true, os: ['win32'] },
};
const runtime = [{ location: 'service', kinds: ['dependencies', 'optionalDependencies'] }];
const needed = [
  'node_modules/@own/wire',
  'node_modules/a',
  'node_modules/a-linux',
  'node_modules/a/node_modules/b',
  'node_modules/c',
];

function missing(installed: Lock, roots = runtime): string[] {
  const exists = (location: string): boolean => installed[location] !== undefined;
  return missingPackages(roots, { lock, installed, exists, platform: 'linux' });
}

test('of nothing installed, what a workspace needs is missing: not its tests, not another system, not the rest', () => {
  expect(missing({})).toEqual(needed);
});

test('of everything installed, nothing is missing', () => {
  expect(missing(lock)).toEqual([]);
});

test('another version is missing, the nearest one counts, and more than needed does no harm', () => {
  const installed = { ...lock, 'node_modules/a/node_modules/b': { version: '1.0.0' } };
  expect(missing(installed)).toEqual(['node_modules/a/node_modules/b']);
});

test('a folder that was deleted is missing, whatever npm says', () => {
  const state = { lock, installed: lock, platform: 'linux', exists: (at: string) => at !== 'node_modules/c' };
  expect(missingPackages(runtime, state)).toEqual(['node_modules/c']);
});

test('with development dependencies those count too', () => {
  const roots = ['', 'service'].map((location) => ({ location, kinds: ['dependencies', 'devDependencies'] }));
  expect(missing({}, roots)).toEqual([...needed, 'node_modules/tester', 'node_modules/vitest']);
});
