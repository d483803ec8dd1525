import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEventLine } from './event-line.ts';
import { parseSteps } from './parse.ts';
import { formatFailure, runScript, type ScriptResult } from './run.ts';
import { parseTimedValues } from './timed-value.ts';
import { parseViewLine } from './view-line.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-script-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(script: string): Promise<ScriptResult> {
  return runScript(script, { dataDir: join(folder, String(count++)), baseDir: folder, env: {} });
}

describe('a script that is wrong fails', () => {
  const cases: ReadonlyArray<readonly [what: string, script: string, message: string]> = [
    ['another value', 'load 1m\n  a 1 2\neval instant at 1m a\n  a 3', 'a 2'],
    ['a series too many', 'load 1m\n  a 1\neval instant at 0 a', '(nothing)'],
    ['a series too few', 'eval instant at 0 a\n  a 1', '(nothing)'],
    ['another label', 'load 1m\n  a{x="1"} 1\neval instant at 0 a\n  a{x="2"} 1', 'a{x="1"} 1'],
    ['a gap where a value should be', 'load 1m\n  a 1\neval range from 0 to 1m step 1m a\n  a 1 _', 'a 1 1'],
    [
      'another order',
      'load 1m\n  a{x="1"} 1\n  a{x="2"} 2\neval instant at 0 sort(a)\n  expect ordered\n  a{x="2"} 2\n  a{x="1"} 1',
      'a{x="1"} 1',
    ],
    ['no failure where one is expected', 'eval instant at 0 1\n  expect fail', 'expected it to fail'],
    ['a failure where none is expected', 'eval instant at 0 sum(', 'failed:'],
    ['another failure', 'eval instant at 0 sum(\n  expect fail msg: no', 'expected fail msg: no'],
    ['a warning that does not come', 'eval instant at 0 1\n  expect warn\n  1', 'expected a warn'],
    ['a refusal that nobody expects', 'append\n  a 1@1m 2@1m', 'conflicting_duplicate'],
    ['a refusal that does not come', 'append\n  a 1@1m\n  expect rejected 1 too_old', 'refused: nothing'],
    ['another number of series', 'load 1m\n  a 1\nexpect series 2', 'there are 1 series'],
    ['a command that does not exist', 'lode 1m', 'no such command'],
    ['a configuration that does not exist', 'config\n  pipelines: {}', 'pipelines'],
  ];

  test.each(cases)('%s', async (_what, script, message) => {
    const { failures } = await run(script);
    expect(failures).toHaveLength(1);
    expect(formatFailure(failures[0])).toContain(message);
  });
});

test('the updated script is right, keeps what was right, and the order that it had', async () => {
  const script = `# Two series.
load 1m
  a{x="1"} 1 2
  a{x="2"} 3 4

eval instant at 1m a
  a{x="2"} 7
  a{x="1"} 2

eval instant at 1m sum(a)   # stays
  {} 6
`;
  const { failures, updated } = await run(script);
  expect(failures).toHaveLength(1);
  expect(updated).toBe(script.replace('a{x="2"} 7', 'a{x="2"} 4'));
  expect((await run(updated)).failures).toEqual([]);
});

test('steps have their lines, without comments', () => {
  const [load, evaluation] = parseSteps('# begin\nload 1m # a minute\n  a{x="#"} 1\n\neval instant at 0 a\n');
  expect(load).toMatchObject({ line: 2, text: 'load 1m', body: ['a{x="#"} 1'], lineCount: 2 });
  expect(evaluation).toMatchObject({ line: 5, body: [], lineCount: 1 });
  expect(() => parseSteps('  a 1')).toThrow('line 1');
});

test('timed values: a time, or an interval for deltas', () => {
  expect(parseTimedValues('5@1m30s -2.5@-1m')).toEqual([
    { point: { kind: 'float', value: 5 }, startMs: undefined, timestampMs: 90_000 },
    { point: { kind: 'float', value: -2.5 }, startMs: undefined, timestampMs: -60_000 },
  ]);
  expect(parseTimedValues('1@10s..20.5 stale@1m')).toEqual([
    { point: { kind: 'float', value: 1 }, startMs: 10_000, timestampMs: 20_500 },
    { point: { kind: 'stale' }, startMs: undefined, timestampMs: 60_000 },
  ]);
  expect(parseTimedValues('{{schema:0 sum:1 count:1 buckets:[1]}}@1m')[0].point.kind).toBe('histogram');
  expect(() => parseTimedValues('5')).toThrow('not value@time');
});

describe('views and rules', () => {
  const view = 'view v tumbling 10s count() from e by k\nevents\n  e{k="x"} @1s\n';
  const rule = 'load 1m\n  a 1 2\nrule Many a > 1\n';
  const cases: ReadonlyArray<readonly [what: string, script: string, message: string]> = [
    ['another number', `${view}expect view v at 10s\n  v{k="x"} 2`, '- v{k="x"} 2\n    + v{k="x"} 1'],
    ['a result that is missing', `${view}expect view v at 20s\n  v{k="x"} 1`, 'windows that end at: 10s'],
    ['a result too many', `${view}expect view v at 10s`, '+ v{k="x"} 1'],
    ['another kind', `${view}expect view v at 10s final\n  v{k="x"} 1`, 'it is: expect view v at 10s early'],
    ['another revision', `${view}expect view v at 10s revision 3\n  v{k="x"} 1`, 'revision 0'],
    ['another completeness', `${view}expect view v at 10s completeness 1\n  v{k="x"} 1`, 'completeness 0'],
    ['a view that does not exist', 'expect view w at 10s', 'there is no view w'],
    [
      'a view twice',
      'view v tumbling 1m count() from e\nview v tumbling 1m count() from e',
      'already a view',
    ],
    [
      'a view that is wrong',
      'view v tumbling 1m slide 2s count() from e',
      'window.slide: belongs to sliding',
    ],
    ['a view that is no view', 'view v hopping 1m count() from e', 'not understood in a view: hopping'],
    ['another number of late events', `${view}expect late 2`, 'late: 0'],
    ['a refusal nobody expects', 'events\n  e @-1s', '1 invalid_timestamp'],
    ['a watermark without events', 'view v tumbling 1m count() from e\nadvance watermark 1m', 'no watermark'],
    ['another state', `${rule}at 1m expect alert Many inactive`, 'it is firing'],
    ['other labels', `${rule}at 1m expect alert Many{x="1"} firing`, 'it is inactive'],
    ['an alert too many', `${rule}at 1m expect alerts Many`, '+ {} firing'],
    ['a rule that does not exist', `${rule}at 1m expect alert Few firing`, 'there is no rule Few'],
    ['a rule that is wrong', 'rule Many sum(', 'parse error'],
    ['a rule that fails', 'load 1m\n  a{x="1"} 1\n  a{x="2"} 1\nrecord b a + on() a', 'rule b, at 0s'],
    ['a file that is not there', 'config absent.yaml', 'absent.yaml'],
  ];

  test.each(cases)('%s fails', async (_what, script, message) => {
    const { failures } = await run(script);
    expect(failures).toHaveLength(1);
    expect(formatFailure(failures[0])).toContain(message);
  });

  test('updates say what came: results, kinds, counts and states', async () => {
    const script = `${view}expect view v at 10s final revision 7\nexpect late 9 in v\n${rule}at 1m expect alert Many pending\nat 1m expect alerts Many\n`;
    const { updated } = await run(script);
    expect(updated).toContain('expect view v at 10s early revision 0\n  v{k="x"} 1\nexpect late 0 in v\n');
    expect(updated).toContain('at 1m expect alert Many firing\nat 1m expect alerts Many\n  {} firing\n');
    expect((await run(updated)).failures).toEqual([]);
  });

  test("a user's own configuration is tested with the rule files that it names", async () => {
    writeFileSync(
      join(folder, 'own.yaml'),
      'rules: { files: [own.rules.yaml] }\nviews: [{ name: v, from: e, window: { tumbling: 1m }, aggregate: { count: {} } }]',
    );
    writeFileSync(
      join(folder, 'own.rules.yaml'),
      'groups: [{ name: g, rules: [{ alert: Any, expr: v > 0 }] }]',
    );
    const script =
      'config own.yaml\nevents\n  e @1s..9s/1s\nadvance watermark 1m\nat 2m expect alert Any firing\n';
    const { failures, checkCount } = await run(script);
    expect([failures, checkCount]).toEqual([[], 1]);
  });
});

test('event lines: attributes of every type, source, idempotency key, times one by one and by a step', () => {
  expect(parseEventLine('page.view{user.id="a,}\\"b", ms=1.5, mobile=true} @1m source=web id=7')).toEqual([
    {
      name: 'page.view',
      timestamp: 60_000,
      source: 'web',
      id: '7',
      attributes: { 'user.id': 'a,}"b', ms: 1.5, mobile: true },
    },
  ]);
  expect(parseEventLine('hit @1s..2s/500ms').map(({ timestamp }) => timestamp)).toEqual([1000, 1500, 2000]);
  expect(() => parseEventLine('hit{a=b} @1s')).toThrow('not a text in quotes');
  expect(() => parseEventLine('hit')).toThrow('expected @TIME');
  expect(() => parseEventLine('hit @0..9d/1ms')).toThrow('more than 100000 events');
});

test('view lines are what the configuration would say', () => {
  expect(
    parseViewLine('v', 'sliding 1h slide 10s quantiles(ms, 0.5, 0.9) count() from a, b by x,y complete'),
  ).toEqual({
    name: 'v',
    window: { sliding: '1h', slide: '10s' },
    aggregate: { quantiles: { of: 'ms', at: [0.5, 0.9] }, count: {} },
    from: ['a', 'b'],
    by: ['x', 'y'],
    guarantee: 'complete',
  });
  expect(parseViewLine('v', 'session 30m key user every 1h top(page, 3) from *')).toMatchObject({
    window: { session: { gap: '30m', key: 'user', every: '1h' } },
    aggregate: { top: { of: 'page', k: 3 } },
  });
});
