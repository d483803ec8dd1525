import fc from 'fast-check';
import { expect, test } from 'vitest';
import { furthestPath } from './funnel.ts';
import { type RawEvent, ViewUnderTest } from './view-harness.suite.ts';

const GAP_MS = 100;
const EVERY_MS = 500;
const FAR_MS = 10_000_000;
const steps = ['visit', 'signup', 'subscribe'];

/** All ways through the steps, tried one by one. */
function bestBruteForce(
  log: readonly (readonly [number, number])[],
  stepCount: number,
  withinMs: number,
): number {
  const extend = (startMs: number, lastMs: number, step: number): number => {
    let best = step;
    if (step === stepCount) return best;
    for (const [timeMs, at] of log) {
      if (at === step && timeMs >= lastMs && timeMs - startMs <= withinMs) {
        best = Math.max(best, extend(startMs, timeMs, step + 1));
      }
    }
    return best;
  };
  return Math.max(0, ...log.filter(([, at]) => at === 0).map(([timeMs]) => extend(timeMs, timeMs, 1)));
}

test('the furthest path is as far as any way through the steps goes, and is one', () => {
  const entry = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 9 }), fc.integer({ min: 0, max: 30 }), (log, withinMs) => {
      const { reached, timesMs } = furthestPath(log.flat(), 4, withinMs);
      expect(reached).toBe(bestBruteForce(log, 4, withinMs));
      expect(timesMs.length).toBe(reached);
      timesMs.forEach((timeMs, step) => {
        expect(log).toContainEqual([timeMs, step]);
        if (step > 0) expect(timeMs).toBeGreaterThanOrEqual(timesMs[step - 1]);
      });
      if (reached > 0) expect(timesMs[reached - 1] - timesMs[0]).toBeLessThanOrEqual(withinMs);
    }),
    { numRuns: 500 },
  );
});

/** Sessions by definition: sort each visitor's events, cut at the gaps. */
function bruteForce(events: readonly RawEvent[]): Map<string, number> {
  const byVisitor = new Map<string, RawEvent[]>();
  for (const event of events) {
    const key = `${event.attributes['g']} ${event.attributes['user']}`;
    byVisitor.set(key, [...(byVisitor.get(key) ?? []), event]);
  }
  const numbers = new Map<string, number>();
  const plus = (name: string, value: number): void => {
    numbers.set(name, (numbers.get(name) ?? 0) + value);
  };
  for (const [key, all] of byVisitor) {
    const sorted = [...all].sort((a, b) => a.timestampMs - b.timestampMs);
    const sessions: RawEvent[][] = [];
    for (const event of sorted) {
      const last = sessions.at(-1)?.at(-1);
      if (last === undefined || event.timestampMs - last.timestampMs >= GAP_MS) sessions.push([event]);
      else sessions.at(-1)!.push(event);
    }
    for (const session of sessions) {
      const windowMs = Math.floor(session.at(-1)!.timestampMs / EVERY_MS) * EVERY_MS;
      const suffix = `{g=${key.split(' ')[0]}`;
      plus(`${windowMs} v:count${suffix}}`, 1);
      plus(
        `${windowMs} v:sum${suffix}}`,
        session.reduce((sum, { attributes }) => sum + (attributes['n'] as number), 0),
      );
      const log = session.map(({ name, timestampMs }) => [timestampMs, steps.indexOf(name)] as const);
      const reached = bestBruteForce(log, steps.length, FAR_MS);
      steps.forEach((step, i) => {
        plus(`${windowMs} v:funnel:reached${suffix},step=${step}}`, i < reached ? 1 : 0);
      });
    }
  }
  return numbers;
}

const eventArbitrary = fc.record({
  name: fc.constantFrom(...steps),
  timestampMs: fc.integer({ min: -500, max: 1000 }),
  attributes: fc.record({
    g: fc.constantFrom('x', 'y'),
    user: fc.constantFrom('u', 'v'),
    n: fc.integer({ min: -5, max: 5 }),
  }),
});

test('sessions equal the brute force over the raw events, whatever the order, batches and restarts', () => {
  const stepArbitrary = fc.oneof(
    { weight: 5, arbitrary: fc.array(eventArbitrary, { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  );
  fc.assert(
    fc.property(fc.array(stepArbitrary, { maxLength: 10 }), (play) => {
      const under = new ViewUnderTest({
        name: 'v',
        from: steps,
        by: ['g'],
        window: { session: { gap: `${GAP_MS}ms`, key: 'user', every: `${EVERY_MS}ms` } },
        aggregate: { count: {}, sum: { of: 'n' }, funnel: {} },
        guarantee: 'complete',
        out_of_orderness: '10s',
      });
      let nowMs = 5000;
      for (const step of play) {
        nowMs += 10;
        if (step === 'restart') under.restart();
        else under.feed(step, nowMs);
      }
      under.view.advance(FAR_MS);
      under.view.advance(FAR_MS * 2);
      const expected = bruteForce(play.flatMap((step) => (step === 'restart' ? [] : step)));
      const actual = new Map([...under.latest()].filter(([name]) => /count|sum|reached/.test(name)));
      expect([...actual].sort()).toEqual([...expected].sort());
      expect([under.view.status().openSessions, under.view.status().keyCount]).toEqual([0, 0]);
    }),
    { numRuns: 200 },
  );
});

test('a funnel has conversion per step and the time between steps; a comparison the visitors with the goal', () => {
  const under = new ViewUnderTest({
    name: 'v',
    from: ['visit', 'signup'],
    window: { session: { gap: '1m', key: 'user', every: '1h' } },
    aggregate: { funnel: {}, compare: { variant: 'variant', goal: 'signup' } },
  });
  const events: RawEvent[] = [];
  for (let user = 0; user < 100; user++) {
    const attributes = { user: `u${user}`, variant: user % 2 === 0 ? 'a' : 'b' };
    events.push({ name: 'visit', timestampMs: 1000 + user, attributes });
    if (user % 10 === 0 || user % 2 === 1)
      events.push({ name: 'signup', timestampMs: 3000 + user, attributes });
  }
  under.feed(events, 5000);
  under.view.advance(FAR_MS);
  under.view.advance(FAR_MS * 2);
  const latest = under.latest();
  expect(latest.get('0 v:funnel:reached{step=visit}')).toBe(100);
  expect(latest.get('0 v:funnel:reached{step=signup}')).toBe(60);
  expect(latest.get('0 v:funnel:conversion{step=signup}')).toBe(0.6);
  expect(latest.get('0 v:funnel:step_seconds{step=signup}')).toBe(2);
  expect(latest.get('0 v:compare:mean{variant=a}')).toBeCloseTo(0.2, 12);
  expect(latest.get('0 v:compare:mean{variant=b}')).toBe(1);
  expect(latest.get('0 v:compare:difference{variant=b}')).toBeCloseTo(0.8, 12);
  expect(latest.get('0 v:compare:p_value{variant=b}')).toBeLessThan(0.001);
  expect(latest.get('0 v:compare:win_probability{variant=b}')).toBeGreaterThan(0.999);
});
