import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './run.ts';
import { exitCode, type Terminal } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-detect-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function detect(args: string[], interactive = false): Promise<{ code: number; err: string }> {
  let err = '';
  const terminal: Terminal = {
    env: {},
    interactive,
    out: () => {},
    err: (text) => {
      err += text;
    },
    stopRequested: () => new Promise(() => {}),
    reloadRequested: () => {},
  };
  const code = await runCommand(['detect', ...args], terminal);
  return { code, err };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const rowsOf = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

const START_S = Date.UTC(2026, 2, 2) / 1000;
const value = (i: number): number =>
  i === 900 ? 500 : Math.round(100 + 5 * Math.sin(i * 1.7) + 3 * Math.cos(i * 0.3));
const series = (time: (i: number) => string, count = 1000): string =>
  `timestamp,value\n${Array.from({ length: count }, (_, i) => `${time(i)},${value(i)}\n`).join('')}`;
const seconds = (i: number): string => String(START_S + 300 * i);

describe('statbar detect', () => {
  test('as many rows out as in, in order, and one alert at what is not like the rest', async () => {
    const input = file('a.csv', series(seconds));
    const out = join(folder, 'out.csv');
    const { code, err } = await detect(['--in', input, '--out', out]);
    expect([code, err]).toEqual([exitCode.ok, `1 file, 1000 rows, 1 alert: ${out}\n`]);
    const [head, ...rows] = rowsOf(out);
    expect(head).toEqual(['timestamp', 'value', 'expected', 'lower', 'upper', 'score', 'alert_score']);
    expect(rows.map(([time]) => time)).toEqual(Array.from({ length: 1000 }, (_, i) => seconds(i)));
    expect(rows.flatMap((row, i) => (Number(row[6]) >= 1 ? [i] : []))).toEqual([900]);
    expect(rows[900][5]).toBe(rows[900][6]);
    expect(Number(rows[900][4])).toBeLessThan(500);
  });

  test('the form of the time does not matter', async () => {
    const iso = (i: number): string => new Date((START_S + 300 * i) * 1000).toISOString();
    file('in/seconds.csv', series(seconds));
    file('in/iso.csv', series(iso));
    file(
      'in/spaced.csv',
      series((i) => iso(i).slice(0, 19).replace('T', ' ')),
    );
    file(
      'in/milliseconds.csv',
      series((i) => String((START_S + 300 * i) * 1000)),
    );
    expect((await detect(['--in', join(folder, 'in'), '--out', join(folder, 'out')])).code).toBe(exitCode.ok);
    const judged = (name: string): string[][] => rowsOf(join(folder, 'out', name)).map((row) => row.slice(1));
    for (const name of ['iso.csv', 'spaced.csv', 'milliseconds.csv']) {
      expect(judged(name)).toEqual(judged('seconds.csv'));
    }
  });

  test('folders keep their paths, gzip is read, columns are carried along, and ours are made anew', async () => {
    const labelled = 'timestamp,label,value,score\n1700000000,"a, b",1,9\n1700000300,,,9\n';
    file('in/deep/er/x.csv.gz', gzipSync(labelled));
    file('in/y.csv', series(seconds, 10));
    const out = join(folder, 'out');
    expect((await detect(['--in', join(folder, 'in'), '--out', out])).code).toBe(exitCode.ok);
    expect(readFileSync(join(out, 'deep/er/x.csv'), 'utf8')).toBe(
      'timestamp,value,expected,lower,upper,score,alert_score,label\n1700000000,1,,,,0,0,"a, b"\n1700000300,,1,,,0,0,\n',
    );
    expect(rowsOf(join(out, 'y.csv'))).toHaveLength(11);
  });

  test('a row is judged by the rows before it: a longer file begins like a shorter one', async () => {
    const short = file('short.csv', series(seconds, 400));
    const long = file('long.csv', series(seconds, 1000));
    await detect(['--in', short, '--out', join(folder, 'out/')]);
    await detect(['--in', long, '--out', join(folder, 'out')]);
    expect(rowsOf(join(folder, 'out/long.csv')).slice(0, 401)).toEqual(rowsOf(join(folder, 'out/short.csv')));
  });

  test.each([
    ['timestamp,value\n1700000000,1\nyesterday,2\n', ':3: not a time: "yesterday"'],
    ['timestamp,value\n1700000000,much\n', ':2: not a number: "much"'],
    ['value\n1\n', ':1: expected the columns timestamp,value'],
    ['', ': the file is empty'],
  ])('says where a file is wrong, and leaves no half result: %j', async (content, message) => {
    const input = file('bad.csv', content);
    const out = join(folder, 'out.csv');
    const { code, err } = await detect(['--in', input, '--out', out]);
    expect(code).toBe(exitCode.failure);
    expect(err).toBe(`statbar detect: ${input}${message}\n`);
    expect(existsSync(out) || existsSync(`${out}.part`)).toBe(false);
  });

  test.each([
    [['--out', 'x'], 'missing --in'],
    [['--in', 'x'], 'missing --out'],
    [['--in', 'x', '--out', 'y', '--method', 'magic'], 'there are: adaptive, median'],
    [['--in', 'x', '--out', 'y', '--method', 'forest'], 'in `watches` of a service: forest'],
    [['--in', 'x', '--out', 'y', '--direction', 'up'], '--direction: expected above, below, both'],
    [['--in', 'x', '--out', 'y', '--alerts-per-week', '0'], '--alerts-per-week'],
    [['--in', 'x', '--out', 'y', '--time-zone', 'Mars'], 'there is no "Mars"'],
  ])('a wrong command line is a usage error: %j', async (args, message) => {
    const { code, err } = await detect(args);
    expect(code).toBe(exitCode.usage);
    expect(err).toContain(message);
  });

  test('a person sees how far it is', async () => {
    const input = file('a.csv', series(seconds));
    const { err } = await detect(['--in', input, '--out', join(folder, 'out.csv')], true);
    expect(err).toMatch(/\[\.+\] 0 % a/);
  });
});
