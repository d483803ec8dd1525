import { describe, expect, test } from 'vitest';
import { haveScripts, runAllScripts, scriptsFolder } from './run.ts';
import { runPromqlScript } from './runner.ts';
import { skipReason } from './skips.ts';

/** Evaluations of upstream's scripts that pass. It only ever rises. */
const PASSED_FLOOR = 2214;

describe('the checker finds what differs', () => {
  const load = 'load 1m\n  m{a="1"} 1 2 3\n  m{a="2"} 4 5 6\n\n';
  const failuresOf = async (evaluation: string): Promise<number> =>
    (await runPromqlScript(load + evaluation)).failures.length;

  test.each([
    ['a wrong value', 'eval instant at 1m m{a="1"}\n  m{a="1"} 2.1'],
    ['a missing series', 'eval instant at 1m m{a="1"}\n  m{a="1"} 2\n  m{a="3"} 2'],
    ['an unexpected series', 'eval instant at 1m m\n  m{a="1"} 2'],
    ['a sample too many', 'eval range from 0 to 2m step 1m m{a="1"}\n  m{a="1"} 1 2'],
    ['a sample too few', 'eval range from 0 to 1m step 1m m{a="1"}\n  m{a="1"} 1 2 3'],
    ['the wrong order', 'eval instant at 1m sort_desc(m)\n  expect ordered\n  m{a="1"} 2\n  m{a="2"} 5'],
    ['no failure', 'eval instant at 1m m{a="1"}\n  expect fail'],
    [
      'another failure',
      'eval instant at 1m label_replace(m, "", "", "", "(")\n  expect fail msg: something else',
    ],
    ['a missing warning', 'eval instant at 1m m{a="1"}\n  expect warn\n  m{a="1"} 2'],
    ['a forbidden warning', 'eval instant at 1m quantile(2, m)\n  expect no_warn\n  {} +Inf'],
    ['another warning', 'eval instant at 1m quantile(2, m)\n  expect warn msg: something else\n  {} +Inf'],
    ['another string', 'eval instant at 1m "a"\n  expect string "b"'],
    ['another scalar', 'eval instant at 1m 1 + 1\n  3'],
  ])('%s', async (_, evaluation) => {
    expect(await failuresOf(evaluation)).toBe(1);
  });

  test('and nothing where nothing does', async () => {
    expect(await failuresOf('eval instant at 1m sort(m)\n  expect ordered\n  m{a="1"} 2\n  m{a="2"} 5')).toBe(
      0,
    );
  });
});

const mayMiss = process.env['STATBAR_NO_SHARED'] === '1' || process.env['CI'] === undefined;
if (!haveScripts())
  process.stderr.write(`\n*** NO UPSTREAM SCRIPTS at ${scriptsFolder}: conformance is NOT checked ***\n\n`);

describe('upstream scripts', () => {
  test.skipIf(!haveScripts() && mayMiss)(
    'pass as often as they ever did, and what fails is listed with a reason',
    async () => {
      expect(haveScripts(), 'the scripts are there; STATBAR_NO_SHARED=1 says that they need not be').toBe(
        true,
      );
      const outcomes = await runAllScripts();
      const unlisted = outcomes.flatMap(({ file, failures }) =>
        failures
          .filter(({ line }) => skipReason(file, line) === undefined)
          .map(({ line, expression, differences }) => `${file}:${line} ${expression}: ${differences[0]}`),
      );
      expect(unlisted).toEqual([]);
      const passed = outcomes.reduce((sum, { total, failures }) => sum + total - failures.length, 0);
      expect(passed).toBeGreaterThanOrEqual(PASSED_FLOOR);
    },
  );
});
