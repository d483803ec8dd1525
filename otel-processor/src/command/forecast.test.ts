import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './run.ts';
import { exitCode, type Terminal } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-forecast-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function forecast(...args: string[]): Promise<{ code: number; err: string }> {
  let err = '';
  const terminal: Terminal = {
    env: {},
    interactive: false,
    out: () => {},
    err: (text) => {
      err += text;
    },
    stopRequested: () => new Promise(() => {}),
    reloadRequested: () => {},
  };
  const code = await runCommand(['forecast', ...args, '--out', join(folder, 'out')], terminal);
  return { code, err };
}

const wave = (i: number): number => Math.round(100 + 50 * Math.sin((2 * Math.PI * i) / 24));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function outRows(name: string): string[][] {
  const lines = readFileSync(join(folder, 'out', name), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => line.split(','));
}

const timed = (time: (i: number) => string, count = 240): string =>
  `timestamp,value\n${Array.from({ length: count }, (_, i) => `${time(i)},${wave(i)}\n`).join('')}`;

describe('statbar forecast', () => {
  test.each([
    ['ISO times', (i: number) => new Date(i * 3_600_000).toISOString()],
    [
      'YYYY-MM-DD HH:MM:SS',
      (i: number) => new Date(i * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
    ],
    ['seconds since the epoch', (i: number) => String(1_700_000_000 + i * 3600)],
    ['milliseconds since the epoch', (i: number) => String(1_700_000_000_000 + i * 3_600_000)],
  ])('reads %s and writes a row per step', async (_, time) => {
    const { code, err } = await forecast('--in', file('load.csv', timed(time)), '--horizon', '6');
    expect(err).toContain('1 signal forecast');
    expect(code).toBe(exitCode.ok);
    const rows = outRows('load.csv');
    expect(rows[0]).toEqual(['step', 'mean', 'lower', 'upper']);
    expect(rows.slice(1).map(([step]) => step)).toEqual(['1', '2', '3', '4', '5', '6']);
    for (const [step, mean] of rows.slice(1)) {
      expect(Math.abs(Number(mean) - wave(239 + Number(step)))).toBeLessThan(3);
    }
  });

  test('a folder is gone through with its folders: the same paths come out, compressed files are read', async () => {
    const text = timed((i) => String(1_700_000_000 + i * 60));
    file('in/a/one.csv', text);
    file('in/b/c/two.csv.gz', gzipSync(text));
    file('in/notes.txt', 'no signal');
    expect((await forecast('--in', join(folder, 'in'), '--horizon', '2')).code).toBe(exitCode.ok);
    expect(readdirSync(join(folder, 'out'), { recursive: true }).map(String).sort()).toEqual([
      'a',
      join('a', 'one.csv'),
      'b',
      join('b', 'c'),
      join('b', 'c', 'two.csv'),
    ]);
  });

  test('--rows: each line is a signal named by its id, quoted or not, of its own length; a head is no signal', async () => {
    const values = (count: number): string => Array.from({ length: count }, (_, i) => wave(i)).join(',');
    const path = file('rows.csv', `"V1","V2","V3"\n"H1",${values(200)},,\nH2,${values(60)}\nH3\n`);
    const { code } = await forecast('--in', path, '--rows', '--horizon', '3', '--season', '24');
    expect(code).toBe(exitCode.ok);
    expect(Math.abs(Number(outRows('H1.csv')[1][1]) - wave(200))).toBeLessThan(3);
    expect(Math.abs(Number(outRows('H2.csv')[3][1]) - wave(62))).toBeLessThan(3);
    expect(outRows('H3.csv')[1]).toEqual(['1', '', '', '']);
  });

  test('a higher level gives a wider interval', async () => {
    const noisy = Array.from({ length: 200 }, (_, i) => wave(i) + ((i * 7919) % 13)).join(',');
    const path = file('rows.csv', `x,${noisy}\n`);
    const widthAt = async (level: string): Promise<number> => {
      await forecast('--in', path, '--rows', '--horizon', '1', '--level', level);
      const [, , lower, upper] = outRows('x.csv')[1];
      return Number(upper) - Number(lower);
    };
    expect(await widthAt('0.99')).toBeGreaterThan(await widthAt('0.5'));
  });

  test.each([
    [['--horizon', '0'], '--horizon: expected a whole number'],
    [['--horizon', '3', '--level', '95'], '--level: expected a number between 0 and 1'],
    [['--horizon', '3', '--time-zone', 'Mars/Base'], '--time-zone: there is no "Mars/Base"'],
    [['--horizon', '3', '--seasons', '2'], "Unknown option '--seasons'"],
  ])('a wrong command line is told so: %j', async (args, message) => {
    const { code, err } = await forecast('--in', file('a.csv', 'timestamp,value\n'), ...args);
    expect(code).toBe(exitCode.usage);
    expect(err).toContain(message);
  });

  test.each([
    ['timestamp,value\n2026-01-01,1\nyesterday,2\n', [], 'a.csv:3: not a time: "yesterday"'],
    ['timestamp,value\n2026-01-01,1\n2026-01-02,many\n', [], 'a.csv:3: not a number: "many"'],
    ['H1,1,2\nH2,1,x\n', ['--rows'], 'a.csv:2: value 2 is not a number: "x"'],
    ['../H1,1,2\n', ['--rows'], 'a.csv:1: cannot name a file after the id "../H1"'],
  ])('a wrong file is told with its line', async (text, args, message) => {
    const { code, err } = await forecast('--in', file('a.csv', text), '--horizon', '2', ...args);
    expect(code).toBe(exitCode.failure);
    expect(err).toContain(message);
  });

  test('a file that is not there, and a folder without signals, are told', async () => {
    expect((await forecast('--in', join(folder, 'none.csv'), '--horizon', '2')).err).toContain('cannot read');
    mkdirSync(join(folder, 'empty'));
    const { code, err } = await forecast('--in', join(folder, 'empty'), '--horizon', '2');
    expect(code).toBe(exitCode.failure);
    expect(err).toContain('holds no .csv');
  });
});
