import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexOf, looksLikePromQl, type Plan, readTime, resolve, wordsOf } from './index.ts';
import {
  type KnownQuestion,
  knownQuestions,
  knownVocabulary,
  nowMs,
  timeZone,
  todayIs,
} from './questions.test-support.ts';
import { momentOf } from './zone.ts';

const index = indexOf(knownVocabulary());
const now = { nowMs, timeZone };

function planOf(text: string): Plan | undefined {
  const resolution = resolve(text, index, now);
  return resolution.kind === 'plan' ? resolution.plan : undefined;
}

function isRight(question: KnownQuestion): boolean {
  const plan = planOf(question.text);
  return (
    plan !== undefined &&
    plan.expression === question.expression &&
    plan.instant === question.instant &&
    plan.toMs === question.toMs &&
    plan.offsetMs === question.offsetMs &&
    (question.instant || plan.fromMs === question.fromMs)
  );
}

/** Failures by number: which questions are not answered as they were written down. */
function wrong(isHeldOut: boolean): { readonly failures: number[]; readonly share: number } {
  const part = knownQuestions().filter(({ number }) => [2, 5, 8].includes(number % 10) === isHeldOut);
  const failures = part.filter((question) => !isRight(question)).map(({ number }) => number);
  return { failures, share: 1 - failures.length / part.length };
}

test('the corpus has two hundred questions, and its day is the day that it says', () => {
  expect(knownQuestions()).toHaveLength(200);
  expect(todayIs()).toBe('2026-11-23');
});

test('of the questions that the grammar was written with, at least 95 % are resolved right without asking', () => {
  const { share, failures } = wrong(false);
  expect(share, `wrong: ${failures.join(', ')}`).toBeGreaterThanOrEqual(0.95);
});

test('of the questions that were held out, at least 85 % are', () => {
  const { share, failures } = wrong(true);
  expect(share, `wrong: ${failures.join(', ')}`).toBeGreaterThanOrEqual(0.85);
});

test('what could mean several metrics is asked back, the best first', () => {
  const resolution = resolve('latency', index, now);
  expect(resolution.kind).not.toBe('plan');
  const clicks = resolve('campaigns', index, now);
  expect(clicks.kind).toBe('ambiguous');
});

test('what nothing is known about is not guessed', () => {
  expect(resolve('weather in paris tomorrow', index, now).kind).toBe('unknown');
  expect(resolve('', index, now).kind).toBe('unknown');
});

test('PromQL is told from words by its shape', () => {
  const promQl = [
    'sum by (le) (rate(x_bucket{a="b c"}[5m] offset 1h)) / on(a) group_left(b) y',
    'up == 0',
    '{__name__=~"a.*"}',
    '-foo{a="}"}',
    'x[5m:1m]',
    'a + b',
  ];
  const words = [
    'errors by device',
    'up',
    'p95 latency on web-1',
    'temperature on 2026-11-20',
    'a (b',
    'x)(',
  ];
  expect(promQl.filter((text) => !looksLikePromQl(text))).toEqual([]);
  expect(words.filter(looksLikePromQl)).toEqual([]);
});

test('no text makes it throw, whatever is asked', () => {
  const pieces = fc.constantFrom(
    ...[
      'p95',
      'top',
      '5',
      'by',
      'per',
      'chat',
      'errors',
      'not',
      'last',
      '6h',
      'since',
      'from',
      'to',
      '14:00',
    ],
    ...[
      'vs',
      'yesterday',
      'between',
      'and',
      '=',
      '!=',
      '"',
      '{',
      ')',
      'rate',
      'ratio',
      'eu',
      'device',
      'monday',
    ],
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 12 }).map((each) => each.join(' ')),
  );
  fc.assert(
    fc.property(text, (question) => {
      const resolution = resolve(question, index, now);
      const plans =
        resolution.kind === 'plan'
          ? [resolution.plan]
          : resolution.kind === 'ambiguous'
            ? resolution.plans
            : [];
      for (const { fromMs, toMs } of plans) {
        expect(fromMs).toBeLessThan(toMs);
        expect(toMs).toBeLessThanOrEqual(nowMs);
      }
    }),
  );
});

test('times are those of the zone, also where clocks are put forward or back', () => {
  const span = (text: string, atMs: number, zone: string): [string, string] => {
    const { time } = readTime(wordsOf(text), { nowMs: atMs, timeZone: zone });
    return [new Date(time.fromMs).toISOString(), new Date(time.toMs).toISOString()];
  };
  const sunday = Date.UTC(2026, 9, 26, 12);
  expect(span('yesterday', sunday, 'Europe/Berlin')).toEqual([
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ]);
  expect(span('today', sunday, 'Asia/Kolkata')).toEqual([
    '2026-10-25T18:30:00.000Z',
    '2026-10-26T12:00:00.000Z',
  ]);
  expect(span('since monday 9am', Date.UTC(2026, 10, 25, 12), 'America/New_York')[0]).toBe(
    '2026-11-23T14:00:00.000Z',
  );
  // 02:30 does not exist on that day in Berlin.
  expect(new Date(momentOf({ year: 2026, month: 3, day: 29 }, 150, 'Europe/Berlin')).toISOString()).toBe(
    '2026-03-29T01:30:00.000Z',
  );
});
