import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Logger, silentLogger } from '../base/index.ts';
import { Notebook, Seen } from './index.ts';

let folder: string;
let path: string;
const opened: Notebook<'a' | 'seen'>[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notebook-'));
  path = join(folder, 'deeper', 'notes.log');
});
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

function open(countMax = { a: 100, seen: 100 }, logger: Logger = silentLogger): Notebook<'a' | 'seen'> {
  const notebook = new Notebook(path, countMax, logger);
  opened.push(notebook);
  return notebook;
}

test('what was written is there after a restart that nobody was asked about', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (entries) => {
      rmSync(path, { force: true });
      const first = open();
      for (const [key, value] of entries) first.set('a', key, value);
      const second = open();
      for (const [key, value] of new Map(entries)) expect(second.get('a', key)).toBe(value);
      expect(second.get('seen', entries[0]?.[0] ?? '')).toBeUndefined();
    }),
    { numRuns: 30 },
  );
});

test('the newest of a kind stay, and other kinds have room of their own', () => {
  const first = open({ a: 3, seen: 1 });
  for (let i = 0; i < 10; i++) first.set('a', String(i), 'x');
  first.set('seen', 'one', '');
  first.set('a', '7', 'again');
  first.set('a', '10', 'x');
  for (const notebook of [first, open({ a: 3, seen: 1 })]) {
    expect(['6', '7', '8', '9', '10'].map((key) => notebook.get('a', key))).toEqual([
      undefined,
      'again',
      undefined,
      'x',
      'x',
    ]);
    expect(notebook.get('seen', 'one')).toBe('');
  }
});

test('the file does not grow with what is out of date', () => {
  const notebook = open({ a: 5, seen: 5 });
  for (let i = 0; i < 20_000; i++) notebook.set('a', String(i % 5), String(i));
  expect(statSync(path).size).toBeLessThan(40_000);
  expect(open({ a: 5, seen: 5 }).get('a', '4')).toBe('19999');
});

test('a line that a crash cut off, and any other that is damaged, costs only itself', () => {
  const first = open();
  first.set('a', 'before', '1');
  first.close();
  const warnings: string[] = [];
  appendFileSync(path, 'nonsense\n["a",1,2]\n["a","after","2"]\n["a","cut o');
  const second = open(undefined, { ...silentLogger, warn: (message) => warnings.push(message) });
  expect([second.get('a', 'before'), second.get('a', 'after')]).toEqual(['1', '2']);
  expect(warnings).toHaveLength(1);
  second.set('a', 'more', '3');
  expect(readFileSync(path, 'utf8')).toBe('["a","before","1"]\n["a","after","2"]\n["a","more","3"]\n');
});

test('where nothing can be written it remembers all the same, and says once that it will forget', () => {
  writeFileSync(join(folder, 'deeper'), 'a file where the folder would be');
  const errors: string[] = [];
  const notebook = open(undefined, { ...silentLogger, error: (message) => errors.push(message) });
  for (let i = 0; i < 3; i++) notebook.set('a', String(i), 'x');
  expect(notebook.get('a', '2')).toBe('x');
  expect(errors).toHaveLength(1);
});

test('an id is new once, also over a restart', () => {
  expect([new Seen(open()).add('Ev1'), new Seen(open()).add('Ev1'), new Seen(open()).add('Ev2')]).toEqual([
    true,
    false,
    true,
  ]);
});
