import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './run.ts';
import { exitCode, type Terminal } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-explain-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function explain(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    env: {},
    interactive: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopRequested: () => new Promise(() => {}),
    reloadRequested: () => {},
  };
  const code = await runCommand(['explain', ...args], terminal);
  return { code, out, err };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const START_S = 1_600_000_000;
const regions = ['eu', 'us', 'asia'];
const devices = ['ios', 'android'];

/** Ten minutes of steady errors by requests, and one in which those of android in eu are ten times as many. */
function table(time: (step: number) => string = (step) => String(START_S + step * 60)): string {
  const rows = Array.from({ length: 12 }, (_, step) =>
    regions.flatMap((region) =>
      devices.map((device, i) => {
        const hit = step === 10 && region === 'eu' && device === 'android';
        const errors = (10 + i + ((step * 7 + region.length) % 4)) * (hit ? 10 : 1);
        return `${time(step)},${region},${device},${errors},${1000 + 10 * step}`;
      }),
    ),
  );
  return `minute,region,device,errors,requests\n${rows.flat().join('\n')}\n`;
}

const columns = ['--time-column', 'minute', '--value', 'errors', '--by', 'region,device'];
const at = ['--at', String(START_S + 600)];

describe('statbar explain', () => {
  test('json: a list of labels, share and surprise, the cause first', async () => {
    const path = file('t.csv', table());
    for (const per of [[], ['--per', 'requests']]) {
      const { code, out } = await explain('--in', path, ...columns, ...at, ...per, '--format', 'json');
      expect(code).toBe(exitCode.ok);
      const list = JSON.parse(out) as Array<Record<string, unknown>>;
      expect(list[0]['labels']).toEqual({ region: 'eu', device: 'android' });
      expect(list[0]['share']).toBeGreaterThan(0.9);
      expect(list[0]['share']).toBeLessThan(1.1);
      expect(list[0]['surprise']).toBeGreaterThan(10);
    }
  });

  test('a table for people; at most as many rows as wanted', async () => {
    const { out } = await explain('--in', file('t.csv', table()), ...columns, ...at, '--limit', '1');
    expect(out).toMatch(
      /^sum\(errors\) at 2020-09-13T12:36:40\.000Z is \d+, expected [\d.]+ by 10 earlier steps/,
    );
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^share +surprise +expected +actual +labels$/);
    expect(lines[2]).toMatch(/region="eu", device="android"$/);
  });

  test('gzip, quotes, line ends of Windows and times of all kinds mean the same', async () => {
    const plain = await explain('--in', file('t.csv', table()), ...columns, ...at, '--format', 'json');
    const iso = (step: number): string => new Date((START_S + step * 60) * 1000).toISOString();
    const forms: ReadonlyArray<readonly [string, string | Buffer, string]> = [
      ['a.csv.gz', gzipSync(table()), String(START_S + 600)],
      ['b.csv', table(iso), iso(10)],
      ['c.csv', table((step) => iso(step).replace('T', ' ').slice(0, 19)), '2020-09-13 12:36:40'],
      ['d.csv', table((step) => String((START_S + step * 60) * 1000)), iso(10)],
      ['e.csv', table((step) => `"${iso(step)}"`).replaceAll('\n', '\r\n'), String(START_S + 600)],
    ];
    for (const [name, content, time] of forms) {
      const other = await explain('--in', file(name, content), ...columns, '--at', time, '--format', 'json');
      expect(other).toEqual(plain);
    }
  });

  test('rows after the time in question change nothing', async () => {
    const whole = table();
    const until = whole
      .split('\n')
      .filter((row) => !row.startsWith(String(START_S + 660)))
      .join('\n');
    const a = await explain('--in', file('a.csv', whole), ...columns, ...at, '--format', 'json');
    const b = await explain('--in', file('b.csv', until), ...columns, ...at, '--format', 'json');
    expect(b).toEqual(a);
  });

  test('mistakes are said with file and line', async () => {
    const path = file('t.csv', table());
    const bad = (name: string, row: string): string =>
      file(name, `minute,region,device,errors,requests\n${row}\n`);
    const cases: ReadonlyArray<readonly [readonly string[], number, RegExp]> = [
      [['--in', path, ...columns], exitCode.usage, /--at is missing/],
      [['--in', path, ...columns, '--at', 'noon'], exitCode.usage, /--at: not a time: "noon"/],
      [
        ['--in', path, ...columns, ...at, '--format', 'xml'],
        exitCode.usage,
        /--format: expected table, json/,
      ],
      [['--in', path, ...columns, ...at, '--limit', '0'], exitCode.usage, /--limit/],
      [['--in', join(folder, 'none.csv'), ...columns, ...at], exitCode.failure, /none\.csv: ENOENT/],
      [
        ['--in', path, ...columns, ...at, '--per', 'cnt'],
        exitCode.failure,
        /no column "cnt"; there are: minute, region/,
      ],
      [['--in', path, ...columns, '--at', '5'], exitCode.failure, /there are no rows at 1970-01-01T00:00:05/],
      [
        ['--in', path, ...columns, '--at', String(START_S)],
        exitCode.failure,
        /no rows before .* to judge it against/,
      ],
      [
        ['--in', bad('a.csv', '1,eu,ios,x,1'), ...columns, ...at],
        exitCode.failure,
        /a\.csv:2: errors: not a number: "x"/,
      ],
      [
        ['--in', bad('b.csv', 'x,eu,ios,1,1'), ...columns, ...at],
        exitCode.failure,
        /b\.csv:2: minute: not a time: "x"/,
      ],
      [
        ['--in', bad('c.csv', '1,eu,ios,1'), ...columns, ...at],
        exitCode.failure,
        /c\.csv:2: expected 5 columns, found 4/,
      ],
      [['--in', file('d.csv', ''), ...columns, ...at], exitCode.failure, /the file is empty/],
    ];
    for (const [args, code, message] of cases) {
      const result = await explain(...args);
      expect(result.err).toMatch(message);
      expect(result.code).toBe(code);
    }
  });
});
