import { describe, expect, test } from 'vitest';
import { parseSteps } from './parse.ts';
import { formatFailure, runScript } from './run.ts';
import { parseTimedValues } from './timed-value.ts';

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
    const { failures } = await runScript(script);
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
  const { failures, updated } = await runScript(script);
  expect(failures).toHaveLength(1);
  expect(updated).toBe(script.replace('a{x="2"} 7', 'a{x="2"} 4'));
  expect((await runScript(updated)).failures).toEqual([]);
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
