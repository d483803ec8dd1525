import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WatchedSignal, WatchList } from '@statbar/sdk/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { runCommand } from './run.ts';
import { exitCode, type Terminal } from './terminal.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

const watch: WatchedSignal = {
  ...{ signal: 'orders_total', labels: { region: 'eu' }, stepMs: 60_000, awake: true, warm: true },
  ...{ score: 1.234, actual: 9.87654, expected: 3, lower: 2, upper: 4, sizeBytes: 4000 },
};
const list: WatchList = {
  ...{ families: 2, awaitedFamilies: 0, signals: 3, unwatchedSignals: 0, historyDone: 1, lookedAtMs: 5000 },
  ...{ cpuShare: 0.0123, slowedSignals: 0, sizeBytes: 10 },
  watches: [watch, { ...watch, signal: 'queue', labels: {}, awake: false, warm: false, expected: null }],
};

/** Answers everything with `body`; the requests that came. */
async function answer(status: number, body: unknown): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.authorization ?? 'nobody'}`);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function watches(...args: string[]): Promise<{ code: number; out: string; err: string }> {
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
  const code = await runCommand(['watches', ...args], terminal);
  return { code, out, err };
}

describe('statbar watches', () => {
  test('is a table of signals and a sentence on how watching stands', async () => {
    const { url, requests } = await answer(200, { data: list });
    const { code, out } = await watches('--url', url, '--limit', '7');
    expect(code).toBe(exitCode.ok);
    expect(requests).toEqual(['/statbar/v1/watches?limit=7 nobody']);
    const [head, first, second, rest] = out.split('\n');
    expect(head).toMatch(/^SCORE +SIGNAL +ACTUAL +EXPECTED +STEP +STATE +BYTES *$/);
    expect(first).toMatch(/^1\.23 +orders_total\{region="eu"\} +9\.877 +3 +60s +warm +4000 *$/);
    expect(second).toMatch(/^1\.23 +queue +9\.877 +- +60s +constant +4000 *$/);
    expect(rest).toBe('3 signals of 2 metrics; 1.2 % of a core');
  });

  test('says what it is still reading, and which limits were met', async () => {
    const limited = { awaitedFamilies: 4, historyDone: 0.25, slowedSignals: 5, unwatchedSignals: 1 };
    const { url } = await answer(200, { data: { ...list, ...limited, watches: [] } });
    const { out } = await watches('--url', url);
    expect(out).toContain('no signals yet');
    expect(out).toContain('history of 4 metrics is being read (25 %)');
    expect(out).toContain('5 at a longer step (watch.cpu_share_max)');
    expect(out).toContain('more signals than watch.signals_max');
  });

  test('--format json is the answer as it is', async () => {
    const { url } = await answer(200, { data: list });
    const { out } = await watches('--url', url, '--format', 'json');
    expect(JSON.parse(out)).toEqual(list);
  });

  test('what the service complains about is told, and so is that there is none', async () => {
    const { url } = await answer(404, { error: 'no signal is watched (configuration: watch.enabled)' });
    expect(await watches('--url', url)).toMatchObject({
      code: exitCode.failure,
      err: 'statbar watches: no signal is watched (configuration: watch.enabled)\n',
    });
    await new Promise((resolve) => server?.close(resolve));
    const gone = await watches('--url', url);
    expect(gone.code).toBe(exitCode.failure);
    expect(gone.err).toMatch(/no answer from .*--url/);
  });

  test.each([
    [['--format', 'yaml'], '--format: expected table, json'],
    [['--limit', '0'], '--limit: expected a number from 1 up'],
  ])('%j is refused by name', async (args, message) => {
    const { code, err } = await watches(...args);
    expect(code).toBe(exitCode.usage);
    expect(err).toContain(message);
  });
});
