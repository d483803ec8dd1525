import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../app.ts';
import { isFault, silentLogger, systemClock, Telemetry } from '../base/index.ts';
import { loadConfig } from '../config/index.ts';
import { runCommand } from './run.ts';
import { exitCode, type Terminal } from './terminal.ts';

async function backtest(...args: string[]): Promise<{ code: number; out: string; err: string }> {
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
  const code = await runCommand(['backtest', ...args], terminal);
  return { code, out, err };
}

let folder: string;
let app: App;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-backtest-'));
  const text =
    'store: { durability: memory }\nserve: { listen: "127.0.0.1:0", grpc_listen: "127.0.0.1:0" }\n';
  const { config } = await loadConfig(text, {});
  if (config === undefined) throw new Error('a configuration of two lines is wrong');
  const created = createApp(
    { config, dataDir: folder, flags: {}, startTimeMs: Date.now(), ruleGroups: [] },
    { clock: systemClock, logger: silentLogger, telemetry: new Telemetry() },
  );
  if (isFault(created)) throw new Error(created.message);
  app = created;
  const addresses = await app.start();
  if (isFault(addresses)) throw new Error(addresses.message);
  url = `http://${addresses.http}`;
});
afterAll(async () => {
  await app.shutdown();
  rmSync(folder, { recursive: true });
});

const range = ['--from', '2026-03-02', '--to', '2026-03-06', '--step', '10m'];
/** A day's wave, and on March 4 at noon half an hour of something else: an expression that needs no data. */
const incident = Date.UTC(2026, 2, 4, 12) / 1000;
const wave =
  'vector(100 + 40 * scalar(sin(vector(time()) * 2 * pi() / 86400)) + 3 * scalar(sin(vector(time()) ^ 1.7)) + ' +
  `300 * (time() >= bool ${incident}) * (time() < bool ${incident + 3600}))`;

describe('statbar backtest', () => {
  test('of an expression in a running service: the episode, other sensitivities, forecasts, and a report', async () => {
    const report = join(folder, 'report.html');
    const { code, out, err } = await backtest('--expr', wave, ...range, '--url', url, '--out', report);
    expect(err).toBe(`report written to ${report}\n`);
    expect(code).toBe(exitCode.ok);
    expect(out).toContain('577 steps of 10m, 2026-03-02 to 2026-03-06.');
    expect(out).toMatch(/2026-03-04T12:\d\d:00Z for /);
    expect(out).toMatch(/sensitivity 0\.1 a week +episodes: \d+ {2}\(this one\)/);
    expect(out).toMatch(/forecast 10m to 6h ahead +mean error/);
    expect(readFileSync(report, 'utf8')).toContain('</html>');
  });

  test('of a file, with one picture', async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `${1_700_000_000 + 600 * i},${50 + (i % 144) / 3}\n`);
    const path = join(folder, 'load.csv');
    writeFileSync(path, `timestamp,value\n${rows.join('')}`);
    for (const picture of ['detection', 'forecast']) {
      const out = join(folder, `${picture}.svg`);
      expect((await backtest('--in', path, '--out', out, '--picture', picture)).code).toBe(exitCode.ok);
      expect(readFileSync(out, 'utf8')).toMatch(/^<svg .*load.*<\/svg>$/s);
    }
  });

  test.each([
    [['--from', '2026-01-01'], 'expected --expr EXPR or --in FILE'],
    [['--expr', 'up'], '--expr needs --from and --to'],
    [['--expr', 'up', '--from', '2026-01-02', '--to', '2026-01-01'], '--from is not before --to'],
    [['--expr', 'up', '--from', 'monday', '--to', '2026-01-01'], '--from: not a time: "monday"'],
    [['--expr', 'up', ...range, '--step', '1ms'], '--step: 1ms makes'],
    [['--expr', 'up', ...range, '--horizon', '0s'], '--horizon: expected more than 0'],
    [['--expr', 'up', ...range, '--sensitivity', 'high'], '--sensitivity: expected alerts a week'],
    [['--expr', 'up', ...range, '--direction', 'left'], '--direction: expected above, below, both'],
    [['--expr', 'up', ...range, '--out', 'report.pdf'], '--out: expected a name that ends in .html or .svg'],
  ])('a wrong command line is told so: %j', async (args, message) => {
    const { code, err } = await backtest(...args);
    expect(err).toContain(message);
    expect(code).toBe(exitCode.usage);
  });

  test('what the service refuses or does not have is told', async () => {
    const wrong = await backtest('--expr', 'sum(', ...range, '--url', url);
    expect(wrong.code).toBe(exitCode.failure);
    expect(wrong.err).toContain('parse error');
    const nothing = await backtest('--expr', 'absent_metric', ...range, '--url', url);
    expect(nothing.err).toContain('absent_metric has no values in that time');
    const silent = await backtest('--expr', 'up', ...range, '--url', 'http://127.0.0.1:1');
    expect(silent.code).toBe(exitCode.failure);
    expect(silent.err).toContain('127.0.0.1:1');
  });
});
