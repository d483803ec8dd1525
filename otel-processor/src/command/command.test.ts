import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permanent } from '../base/index.ts';
import { loadConfig } from '../config/index.ts';
import {
  createFakeTenant,
  type RunningService,
  startService,
  vectorResult,
} from '../serve/fakes.test-support.ts';
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
  const tenant = createFakeTenant();
  let running: RunningService;
  beforeAll(async () => {
    const sha256 = createHash('sha256').update('sb_secret').digest('hex');
    running = await startService({ tokens: [{ name: 'reader', sha256, scopes: ['read'] }] }, [tenant]);
  });
  afterAll(() => running.service.shutdown());
  const query = (...args: string[]) =>
    run(['query', ...args, '--url', running.url], { STATBAR_TOKEN: 'sb_secret' });

  test('prints a table, csv or the answer itself', async () => {
    tenant.answers.queried = async (_expression, timeMs) => vectorResult(0.5, timeMs, 2);
    expect((await query('x', '--time', '10')).out).toBe('x{i="0"}  0.5\nx{i="1"}  0.5\n');
    expect((await query('x', '--time', '10', '--format', 'csv')).out).toBe(
      'time,value,__name__,i\r\n1970-01-01T00:00:10.000Z,0.5,x,0\r\n1970-01-01T00:00:10.000Z,0.5,x,1\r\n',
    );
    expect(JSON.parse((await query('x', '--time', '10', '--format', 'json')).out)).toMatchObject({
      status: 'success',
    });
  });

  test('asks for a range, with a step of its own when none is given', async () => {
    let asked: unknown;
    const { range } = tenant.engine;
    tenant.engine.range = (expression, options) => {
      asked = [options.fromMs, options.toMs, options.stepMs];
      return range(expression, options);
    };
    await query('x', '--from', '0', '--to', '1000', '--step', '10s');
    expect(asked).toEqual([0, 1_000_000, 10_000]);
    await query('x', '--from', '0', '--to', '1000');
    expect(asked).toEqual([0, 1_000_000, 4000]);
  });

  test('takes the token from a file', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'sb_secret\n');
    expect((await run(['query', 'x', '--url', running.url, '--token-file', file])).code).toBe(exitCode.ok);
    const refused = await run(['query', 'x', '--url', running.url]);
    expect(refused.code).toBe(exitCode.failure);
    expect(refused.err).toContain('a bearer token is required');
  });

  test('says what the service said when it refuses, and when nobody answers', async () => {
    tenant.answers.queried = async () => permanent('invalid', '1:1: parse error');
    const wrong = await query('(');
    expect(wrong).toMatchObject({ code: exitCode.failure, out: '' });
    expect(wrong.err).toContain('bad_data: 1:1: parse error');
    const silent = await run(['query', 'x', '--url', 'http://127.0.0.1:1']);
    expect(silent.code).toBe(exitCode.failure);
    expect(silent.err).toContain('is StatBar running there?');
  });
});

test('data goes to the folder that the system means for it', () => {
  expect(defaultDataDir({ HOME: '/home/a' }, 'linux')).toBe('/home/a/.local/share/statbar');
  expect(defaultDataDir({ HOME: '/home/a', XDG_DATA_HOME: '/x' }, 'linux')).toBe('/x/statbar');
  expect(defaultDataDir({ HOME: '/home/a', XDG_DATA_HOME: 'relative' }, 'linux')).toBe(
    '/home/a/.local/share/statbar',
  );
  expect(defaultDataDir({ HOME: '/Users/a' }, 'darwin')).toBe('/Users/a/Library/Application Support/statbar');
});
