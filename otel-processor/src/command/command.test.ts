import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../app.ts';
import { isFault, silentLogger, systemClock, Telemetry } from '../base/index.ts';
import { loadConfig } from '../config/index.ts';
import { defaultDataDir } from './data-dir.ts';
import { commandNames } from './help.ts';
import { runCommand } from './run.ts';
import { exitCode, type Terminal } from './terminal.ts';

async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    env,
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
  const code = await runCommand(args, terminal);
  return { code, out, err };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-command-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  test('every command explains itself and the exit codes', async () => {
    for (const name of commandNames) {
      for (const args of [
        [name, '--help'],
        ['help', name],
      ]) {
        const { code, out } = await run(args);
        expect(code).toBe(exitCode.ok);
        expect(out).toContain(`Usage: statbar ${name}`);
        expect(out).toContain('Exit codes:');
      }
    }
  });

  test('nothing asked is a usage error with the overview; an unknown command names those that exist', async () => {
    expect((await run([])).code).toBe(exitCode.usage);
    const { code, err } = await run(['sevre']);
    expect(code).toBe(exitCode.usage);
    expect(err).toContain('serve, check-config, query');
  });

  test('version has a number', async () => {
    expect((await run(['version'])).out).toMatch(/^statbar \d+\.\d+\.\d+ \(node v\d+/);
    expect((await run(['--version'])).code).toBe(exitCode.ok);
  });
});

describe('wrong command lines', () => {
  const cases: [string[], string][] = [
    [['serve', '--prot', '1'], "Unknown option '--prot'"],
    [['serve', 'extra'], 'unexpected argument "extra"'],
    [['serve', '--listen', 'nonsense'], '--listen: expected HOST:PORT'],
    [['query'], 'missing EXPR'],
    [['query', 'up', '--format', 'xml'], '--format: expected table, json, csv'],
    [['query', 'up', '--from', '1'], '--from and --to come together'],
    [['query', 'up', '--step', '1'], '--step needs --from and --to'],
    [['query', 'up', '--from', '1', '--to', '2', '--time', '3'], '--time and --from'],
    [['check-config'], 'missing FILE'],
    [['token', '--scopes', 'read,fly'], 'there is no scope "fly"'],
  ];
  for (const [args, message] of cases) {
    test(`statbar ${args.join(' ')}`, async () => {
      const { code, err } = await run(args);
      expect(err).toContain(message);
      expect(code).toBe(exitCode.usage);
    });
  }
});

describe('check-config', () => {
  test('says fine, or every mistake with its place', async () => {
    const good = join(folder, 'good.yaml');
    writeFileSync(good, 'log: { level: warn }\n');
    expect(await run(['check-config', good])).toMatchObject({ code: exitCode.ok, out: `${good}: fine\n` });
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, 'log:\n  levle: warn\nquery: { timeout: never }\n');
    const { code, err } = await run(['check-config', bad]);
    expect(code).toBe(exitCode.config);
    expect(err).toContain(`${bad}: line 2: log.levle: unknown key; did you mean level?`);
    expect(err).toContain(`${bad}: line 3: query.timeout: expected a duration`);
    expect((await run(['check-config', join(folder, 'absent.yaml')])).code).toBe(exitCode.config);
  });

  test('warns of alerts without owner, runbook or severity, or refuses them', async () => {
    const config = join(folder, 'facts.yaml');
    writeFileSync(
      join(folder, 'facts.rules.yml'),
      `groups: [{ name: g, rules: [
        { alert: Bare, expr: up == 0, labels: { severity: page } },
        { alert: Full, expr: up == 0, owner: web, runbook: 'http://wiki.test/up', severity: page }] }]`,
    );
    writeFileSync(config, 'rules: { files: [facts.rules.yml] }\n');
    const warned = await run(['check-config', config]);
    expect(warned).toMatchObject({
      code: exitCode.ok,
      err: 'warning: facts.rules.yml: group "g", alert "Bare": no owner, no runbook\n',
    });
    writeFileSync(config, 'rules: { files: [facts.rules.yml], required: error }\n');
    const refused = await run(['check-config', config]);
    expect(refused.code).toBe(exitCode.config);
    expect(refused.err).toContain('alert "Bare": no owner, no runbook');
  });
});

describe('token', () => {
  test('prints a token whose hash is in the lines for the configuration', async () => {
    const { out } = await run(['token', '--name', 'ci', '--scopes', 'write', '--tenant', 'team-a']);
    const token = /^token: (\S+)$/m.exec(out)![1];
    const { config } = await loadConfig(out.slice(out.indexOf('# in the')), {});
    expect(config?.serve.tokens).toEqual([
      {
        name: 'ci',
        sha256: createHash('sha256').update(token).digest('hex'),
        scopes: ['write'],
        tenant: 'team-a',
      },
    ]);
    expect((await run(['token'])).out).not.toContain(token);
  });
});

describe('query', () => {
  const hash = createHash('sha256').update('sb_secret').digest('hex');
  const nowMs = Math.floor(Date.now() / 1000) * 1000;
  let app: App;
  let url: string;
  beforeAll(async () => {
    const text = `
store: { durability: memory }
serve:
  listen: 127.0.0.1:0
  grpc_listen: 127.0.0.1:0
  tokens: [{ name: all, sha256: ${hash}, scopes: [read, write] }]`;
    const { config } = await loadConfig(text, {});
    const created = createApp(
      { config: config!, dataDir: folder, flags: {}, startTimeMs: nowMs, ruleGroups: [] },
      { clock: systemClock, logger: silentLogger, telemetry: new Telemetry() },
    );
    if (isFault(created)) throw new Error(created.message);
    app = created;
    const addresses = await app.start();
    if (isFault(addresses)) throw new Error(addresses.message);
    url = `http://${addresses.http}`;
    const point = (device: string, secondsAgo: number) => ({
      asDouble: 0.5,
      timeUnixNano: `${nowMs - secondsAgo * 1000}000000`,
      attributes: [{ key: 'device', value: { stringValue: device } }],
    });
    const dataPoints = [point('a', 60), point('b', 60), point('a', 0), point('b', 0)];
    const response = await fetch(`${url}/v1/metrics`, {
      method: 'POST',
      body: JSON.stringify({
        resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'x', gauge: { dataPoints } }] }] }],
      }),
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sb_secret' },
    });
    expect(await response.text()).toBe('{}');
  });
  afterAll(() => app.shutdown());
  const query = (...args: string[]) => run(['query', ...args, '--url', url], { STATBAR_TOKEN: 'sb_secret' });
  const now = String(nowMs / 1000);

  test('prints a table, csv or the answer itself', async () => {
    expect((await query('sort_by_label(x, "device")', '--time', now)).out).toBe(
      'x{device="a"}  0.5\nx{device="b"}  0.5\n',
    );
    expect((await query('x{device="a,b"} or vector(1)', '--time', '10', '--format', 'csv')).out).toBe(
      'time,value\r\n1970-01-01T00:00:10.000Z,1\r\n',
    );
    expect((await query('x{device="a"}', '--time', now, '--format', 'csv')).out).toBe(
      `time,value,__name__,device\r\n${new Date(nowMs).toISOString()},0.5,x,a\r\n`,
    );
    expect(JSON.parse((await query('x', '--format', 'json')).out)).toMatchObject({ status: 'success' });
    expect((await query('1 + 1')).out).toBe('2\n');
    expect((await query('absent_metric')).out).toBe('no data\n');
  });

  test('asks for a range, with a step of its own when none is given', async () => {
    const { out } = await query(
      'x{device="a"}',
      '--from',
      String(nowMs / 1000 - 60),
      '--to',
      now,
      '--step',
      '30s',
    );
    expect(out.split('\n')).toHaveLength(5);
    expect(out).toContain(`  ${new Date(nowMs).toISOString()}  0.5`);
    const stepless = await query('time()', '--from', '0', '--to', '1000', '--format', 'csv');
    expect(stepless.out.trim().split('\r\n')).toHaveLength(1 + 251);
  });

  test('takes the token from a file, and is refused without one', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'sb_secret\n');
    expect((await run(['query', 'x', '--url', url, '--token-file', file])).code).toBe(exitCode.ok);
    const refused = await run(['query', 'x', '--url', url]);
    expect(refused.code).toBe(exitCode.failure);
    expect(refused.err).toContain('a bearer token is required');
  });

  test('says what the service said when it refuses, and when nobody answers', async () => {
    const wrong = await query('sum(');
    expect(wrong).toMatchObject({ code: exitCode.failure, out: '' });
    expect(wrong.err).toMatch(/bad_data: 1:\d+: parse error/);
    const silent = await run(['query', 'x', '--url', 'http://127.0.0.1:1']);
    expect(silent.code).toBe(exitCode.failure);
    expect(silent.err).toContain('is StatBar running there?');
  });
});

describe('test', () => {
  test('runs scripts and rule tests, says what is wrong, and writes what came when asked', async () => {
    const script = join(folder, 'own.test');
    writeFileSync(script, 'load 1m\n  a 1 2\n\neval instant at 1m a\n  a 3\n');
    const wrong = await run(['test', script]);
    expect(wrong.code).toBe(exitCode.failure);
    expect(wrong.out).toContain('- a 3\n        + a 2\n0 passed, 1 failed');
    expect((await run(['test', '--update', script])).err).toContain('look at what changed');
    expect(await run(['test', script])).toMatchObject({ code: exitCode.ok });
    const rules = join(folder, 'rules.test.yaml');
    writeFileSync(
      rules,
      'tests: [{ promql_expr_test: [{ expr: "1 + 1", eval_time: 0s, exp_samples: [{ value: 2 }] }] }]',
    );
    expect((await run(['test', script, rules])).out).toContain('2 passed, 0 failed');
    expect((await run(['test', 'rules', rules])).out).toContain('1 passed, 0 failed');
  });

  test('a test that checks nothing, or cannot be read, has not passed', async () => {
    const script = join(folder, 'empty.test');
    writeFileSync(script, 'load 1m\n  a 1\n');
    expect((await run(['test', script])).out).toContain('checks nothing');
    expect((await run(['test', join(folder, 'absent.test')])).code).toBe(exitCode.failure);
    expect((await run(['test'])).code).toBe(exitCode.usage);
    expect((await run(['test', 'rules'])).code).toBe(exitCode.usage);
  });
});

test('data goes to the folder that the system means for it', () => {
  expect(defaultDataDir({ HOME: '/h/a' }, 'linux')).toBe('/h/a/.local/share/statbar');
  expect(defaultDataDir({ HOME: '/h/a', XDG_DATA_HOME: '/x' }, 'linux')).toBe('/x/statbar');
  expect(defaultDataDir({ HOME: '/h/a', XDG_DATA_HOME: 'relative' }, 'linux')).toBe(
    '/h/a/.local/share/statbar',
  );
  expect(defaultDataDir({ HOME: '/u/a' }, 'darwin')).toBe('/u/a/Library/Application Support/statbar');
});
