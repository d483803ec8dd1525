import { expect, test } from 'vitest';
import type { Episode, RelatedSignal } from '../model/index.ts';
import { liftOf } from './episode-lift.ts';

const HOUR_MS = 3_600_000;
const reachMs = 300_000;

function episodeOf(startMs: number, signal: string, ...others: readonly string[]): Episode {
  const related = others.map(
    (name): RelatedSignal => ({
      ...{ signal: name, labels: {}, onsetMs: startMs, leadMs: 0, correlation: 0, lift: null },
    }),
  );
  return {
    ...{ id: `${signal}-${startMs}`, signal, labels: {}, startMs, peakMs: startMs, endMs: startMs + 1 },
    ...{ score: 2, expected: 1, actual: 2, direction: 'above' as const, why: [], explanation: [], related },
  };
}

const question = { family: 'errors', other: 'delay', beforeMs: 100 * HOUR_MS, reachMs };

test('what always comes together is far above chance, what never does is 0', () => {
  const episodes = [0, 20, 40, 60].map((hour) =>
    episodeOf(hour * HOUR_MS, 'errors:sum', 'delay:sum:p95', 'delay:p99'),
  );
  expect(liftOf(episodes, question)).toBeCloseTo(1 / (1 - (1 - 1 / 600) ** 4), 6);
  const apart = [0, 20].flatMap((hour) => [
    episodeOf(hour * HOUR_MS, 'errors'),
    episodeOf((hour + 7) * HOUR_MS, 'delay:rate'),
  ]);
  expect(liftOf(apart, question)).toBe(0);
});

test('of fewer than two earlier episodes, or of episodes that came all at once, it says nothing', () => {
  expect(liftOf([], question)).toBeNull();
  expect(liftOf([episodeOf(0, 'errors', 'delay')], question)).toBeNull();
  const late = [101, 102].map((hour) => episodeOf(hour * HOUR_MS, 'errors', 'delay'));
  expect(liftOf(late, question)).toBeNull();
  const near = [1, 2].map((ms) => episodeOf(ms, 'errors', 'delay'));
  expect(liftOf(near, { ...question, beforeMs: reachMs })).toBeNull();
});
