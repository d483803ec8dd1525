import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ViewUnderTest } from './view-harness.suite.ts';

const PERIOD_MS = 100;
const PERIODS = 4;

/** By definition: who was first seen in the window when, and who of them was there so much later. */
function bruteForce(seen: ReadonlyArray<readonly [period: number, user: string]>): Map<string, number> {
  const numbers = new Map<string, number>();
  const starts = new Set(seen.flatMap(([period]) => Array.from({ length: PERIODS }, (_, i) => period - i)));
  for (const start of starts) {
    const inWindow = seen.filter(([period]) => period >= start && period < start + PERIODS);
    const users = [...new Set(inWindow.map(([, user]) => user))];
    for (let distance = 1; distance < PERIODS; distance++) {
      const firsts = users
        .map((user) => [user, Math.min(...inWindow.filter(([, u]) => u === user).map(([p]) => p))] as const)
        .filter(([, first]) => first + distance < start + PERIODS);
      if (firsts.length === 0) continue;
      const back = firsts.filter(([user, first]) =>
        inWindow.some(([period, other]) => other === user && period === first + distance),
      );
      const at = `${start * PERIOD_MS}`;
      numbers.set(`${at} back{period=${distance}}`, back.length / firsts.length);
      numbers.set(`${at} back:users{period=${distance}}`, firsts.length);
    }
  }
  return numbers;
}

test('retention equals the brute force over the raw events, whatever the order, batches and restarts', () => {
  const event = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('u', 'v', 'w', 'x', 'y'));
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.boolean()), { maxLength: 40 }), (steps) => {
      const view = new ViewUnderTest({
        name: 'back',
        from: 'visit',
        window: { sliding: `${PERIODS * PERIOD_MS}ms`, slide: `${PERIOD_MS}ms` },
        aggregate: { retention: { of: 'user', every: `${PERIOD_MS}ms` } },
        out_of_orderness: '2s',
      });
      for (const [[period, user], restart] of steps) {
        view.feed([{ name: 'visit', timestampMs: period * PERIOD_MS + 5, attributes: { user } }], 3000);
        if (restart) view.restart();
      }
      view.feed([{ name: 'other', timestampMs: 100_000, attributes: {} }], 200_000);
      const final = view.seen.filter(({ isFinal }) => isFinal);
      const numbers = new Map(
        final.flatMap(({ startMs, numbers: own }) =>
          [...own].map(([series, value]) => [`${startMs} ${series}`, value] as const),
        ),
      );
      expect(numbers).toEqual(bruteForce(steps.map(([each]) => each)));
    }),
  );
});
