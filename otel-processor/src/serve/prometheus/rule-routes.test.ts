import { afterEach, describe, expect, test } from 'vitest';
import type { GroupStatus, RuleStatus } from '../../alert/index.ts';
import { createFakeTenant, type RunningService, startService } from '../fakes.test-support.ts';

let running: RunningService | undefined;
afterEach(async () => {
  await running?.service.shutdown();
  running = undefined;
});

const evaluated = {
  health: 'ok',
  lastError: '',
  lastEvaluationMs: 1000,
  evaluationMs: 1,
  alerts: [],
} as const;

function recording(record: string, labels: Record<string, string> = {}): RuleStatus {
  const rule = {
    kind: 'recording',
    record,
    expression: 'up',
    labels: new Map(Object.entries(labels)),
  } as const;
  return { rule, ...evaluated };
}

function group(name: string, rules: readonly RuleStatus[], file = 'rules.yaml'): GroupStatus {
  const settings = { intervalMs: 60_000, queryOffsetMs: 0, limit: 0 };
  const definition = { name, file, ...settings, rules: rules.map(({ rule }) => rule) };
  return { group: definition, lastEvaluationMs: 1000, evaluationMs: 1, rules };
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly groups: ReadonlyArray<{
      readonly name: string;
      readonly rules: ReadonlyArray<{ name: string }>;
    }>;
    readonly groupNextToken?: string;
  };
}

async function start(groups: readonly GroupStatus[]): Promise<(query: string) => Promise<Answer>> {
  running = await startService({}, [{ ...createFakeTenant(), rules: () => groups }]);
  const url = `${running.url}/api/v1/rules`;
  return async (query) => (await fetch(`${url}?${query}`)).json() as Promise<Answer>;
}

describe('pages of groups', () => {
  const groups = Array.from({ length: 7 }, (_, i) => group(`g${i}`, [recording(`r${i}`)]));

  test('every group comes once, in pages of group_limit', async () => {
    const ask = await start(groups);
    const seen: string[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const { data } = await ask(`group_limit=3${token === undefined ? '' : `&group_next_token=${token}`}`);
      seen.push(...data!.groups.map(({ name }) => name));
      token = data!.groupNextToken;
      pages += 1;
    } while (token !== undefined && pages < 10);
    expect(pages).toBe(3);
    expect(seen).toEqual(groups.map((each) => each.group.name));
  });

  test('a token without a limit, and one of no group, are named', async () => {
    const ask = await start(groups);
    expect((await ask('group_next_token=x')).error).toContain('"group_limit"');
    expect((await ask('group_limit=2&group_next_token=x')).error).toContain('the rules may have changed');
  });
});

describe('match[]', () => {
  test('rules with matching labels, and only groups that have one; a template counts as absent', async () => {
    const ask = await start([
      group('a', [recording('x', { team: 'web' }), recording('y', { team: 'core' })]),
      group('b', [recording('z', { team: '{{ $labels.team }}' })]),
    ]);
    const named = async (query: string) =>
      (await ask(query)).data!.groups.map(({ name, rules }) => [name, rules.map((rule) => rule.name)]);
    expect(await named(`match[]=${encodeURIComponent('{team="web"}')}`)).toEqual([['a', ['x']]]);
    expect(await named(`match[]=${encodeURIComponent('{team=~".+"}')}`)).toEqual([['a', ['x', 'y']]]);
    expect((await ask(`match[]=${encodeURIComponent('{team=')}`)).error).toContain('match[]');
  });
});
