import { describe, expect, test } from 'vitest';
import { isFault, ManualClock, permanent, silentLogger, Telemetry } from '../../base/index.ts';
import { type ServeConfig, serveConfigSchema } from '../config.ts';
import { createFakeTenant, type FakeTenant, vectorResult } from '../fakes.test-support.ts';
import { createStreamHub, type StreamHub } from './hub.ts';
import type { Listener } from './listener.ts';

interface Bench {
  readonly clock: ManualClock;
  readonly tenant: FakeTenant;
  readonly hub: StreamHub;
  readonly telemetry: Telemetry;
  listen(
    options?: Partial<{ expression: string; intervalMs: number; lastTimeMs: number; tenant: FakeTenant }>,
  ): Promise<Listener>;
  /** Moves the clock in steps, letting promises settle in between. */
  advance(durationMs: number): Promise<void>;
}

function bench(overrides: Partial<Record<keyof ServeConfig['stream'], unknown>> = {}): Bench {
  const clock = new ManualClock(100_000);
  const telemetry = new Telemetry();
  const tenant = createFakeTenant();
  const config = serveConfigSchema.parse({ stream: overrides }).stream;
  const hub = createStreamHub(config, { clock, telemetry, logger: silentLogger });
  return {
    clock,
    tenant,
    hub,
    telemetry,
    async listen(options = {}) {
      const listener = await hub.listen({
        tenant,
        expression: 'x',
        intervalMs: 1000,
        lastTimeMs: undefined,
        ...options,
      });
      if (isFault(listener)) throw new Error(listener.message);
      return listener;
    },
    async advance(durationMs) {
      for (let passed = 0; passed < durationMs; passed += 500) {
        clock.advance(500);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function idOf(text: string | undefined): number {
  return Number(/^id: (\d+)$/m.exec(text ?? '')?.[1]);
}

function dataOf(text: string | undefined): Record<string, unknown> {
  return JSON.parse(/^data: (.*)$/m.exec(text ?? '')?.[1] ?? 'null');
}

describe('fan-out', () => {
  test('one evaluation per interval, however many listen', async () => {
    const { tenant, listen, advance } = bench();
    const listeners = await Promise.all(Array.from({ length: 50 }, () => listen()));
    for (const listener of listeners) expect(idOf(await listener.next())).toBe(100_000);
    expect(tenant.expressions).toHaveLength(1);
    const waiting = listeners.map((listener) => listener.next());
    await advance(1000);
    expect(new Set((await Promise.all(waiting)).map(idOf))).toEqual(new Set([101_000]));
    expect(tenant.expressions).toHaveLength(2);
  });

  test('other expressions, intervals and tenants are streams of their own', async () => {
    const { tenant, listen } = bench();
    const other = createFakeTenant('other');
    await listen();
    await listen({ expression: 'y' });
    await listen({ intervalMs: 2000 });
    await listen({ tenant: other });
    expect(tenant.expressions).toEqual(['x', 'y', 'x']);
    expect(other.expressions).toEqual(['x']);
  });

  test('a stream without listeners lingers, then stops', async () => {
    const { tenant, listen, advance, telemetry } = bench({ linger: '5s' });
    const listener = await listen();
    listener.close();
    await advance(4000);
    const evaluated = tenant.expressions.length;
    expect(evaluated).toBeGreaterThanOrEqual(4);
    await advance(5000);
    const stopped = tenant.expressions.length;
    await advance(5000);
    expect(tenant.expressions).toHaveLength(stopped);
    expect(telemetry.render()).toContain('statbar_stream_topics 0');
  });

  test('evaluations do not overlap: a slow one leaves out the intervals that it takes', async () => {
    const { clock, tenant, listen, advance, telemetry } = bench();
    await listen();
    let finish: () => void = () => {};
    tenant.answers.queried = (_expression, timeMs) =>
      new Promise((resolve) => (finish = () => resolve(vectorResult(1, timeMs))));
    await advance(3500);
    expect(tenant.expressions).toHaveLength(2);
    finish();
    await advance(1000);
    expect(tenant.expressions).toHaveLength(3);
    expect(telemetry.render()).toMatch(/statbar_stream_evaluations_total\{outcome="late"\} [1-9]/);
    expect(clock.nowMs()).toBe(104_500);
  });
});

describe('slow readers', () => {
  test('get the newest result and the number of those left out', async () => {
    const { listen, advance, telemetry } = bench();
    const slow = await listen();
    expect(idOf(await slow.next())).toBe(100_000);
    await advance(7000);
    const text = await slow.next();
    expect(idOf(text)).toBe(107_000);
    expect(dataOf(text)['skipped']).toBe(6);
    expect(telemetry.render()).toContain('statbar_stream_skipped_events_total 6');
    const next = slow.next();
    await advance(1000);
    expect(dataOf(await next)['skipped']).toBeUndefined();
  });
});

describe('resume', () => {
  test('by the last id: everything kept since then, in order, nothing twice', async () => {
    const { listen, advance } = bench();
    const steady = await listen();
    await advance(5000);
    const resumed = await listen({ lastTimeMs: 102_000 });
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(idOf(await resumed.next()));
    expect(ids).toEqual([103_000, 104_000, 105_000]);
    const live = resumed.next();
    await advance(1000);
    expect(idOf(await live)).toBe(106_000);
    steady.close();
  });

  test('says how many results are lost when the ring no longer has them', async () => {
    const { listen, advance } = bench({ replay_events_max: 3 });
    await listen();
    await advance(10_000);
    const resumed = await listen({ lastTimeMs: 101_000 });
    const first = await resumed.next();
    expect(idOf(first)).toBe(108_000);
    expect(dataOf(first)['skipped']).toBe(6);
  });

  test('the ring is bounded by size as well', async () => {
    const { tenant, listen, advance } = bench({ replay_size_max: 10_000 });
    tenant.answers.queried = async (_expression, timeMs) => vectorResult(1, timeMs, 100);
    await listen();
    await advance(10_000);
    const first = await (await listen({ lastTimeMs: 100_000 })).next();
    expect(idOf(first)).toBeGreaterThanOrEqual(109_000);
  });

  test('a listener with nothing new waits', async () => {
    const { listen, advance } = bench();
    await listen();
    const resumed = await listen({ lastTimeMs: 100_000 });
    expect(await resumed.next()).toBe('retry: 1000\n\n');
    const next = resumed.next();
    await advance(1000);
    expect(idOf(await next)).toBe(101_000);
  });
});

describe('errors and limits', () => {
  test('an expression that does not parse is refused before the stream begins', async () => {
    const { hub, tenant, telemetry } = bench();
    tenant.answers.queried = async () => permanent('invalid', '1:1: parse error');
    const fault = await hub.listen({ tenant, expression: '(', intervalMs: 1000, lastTimeMs: undefined });
    expect(isFault(fault) && fault.code).toBe('invalid');
    expect(telemetry.render()).toContain('statbar_stream_topics 0');
  });

  test('an evaluation that fails is an error event, and the stream goes on', async () => {
    const { tenant, listen, advance } = bench();
    const listener = await listen();
    await listener.next();
    tenant.answers.queried = async () => permanent('limit', 'too many samples');
    const failed = listener.next();
    await advance(1000);
    expect(await failed).toContain(
      'event: error\ndata: {"timeMs":101000,"errorType":"execution","error":"too many samples"}',
    );
    tenant.answers.queried = async (_expression, timeMs) => vectorResult(1, timeMs);
    const next = listener.next();
    await advance(1000);
    expect(await next).toContain('event: result');
  });

  test('an engine that throws is an error event too', async () => {
    const { tenant, listen, advance } = bench();
    const listener = await listen();
    await listener.next();
    tenant.answers.queried = () => Promise.reject(new Error('a bug'));
    const failed = listener.next();
    await advance(1000);
    expect(await failed).toContain('"errorType":"internal"');
    expect(await failed).not.toContain('a bug');
  });

  test('streams and listeners are limited, each by its key and with a counter', async () => {
    const { hub, tenant, listen, telemetry } = bench({ evaluations_max: 2, listeners_max: 3 });
    await listen({ expression: 'a' });
    await listen({ expression: 'b' });
    const third = await hub.listen({ tenant, expression: 'c', intervalMs: 1000, lastTimeMs: undefined });
    expect(isFault(third) && third.message).toContain('serve.stream.evaluations_max');
    const last = await listen({ expression: 'a' });
    const fourth = await hub.listen({ tenant, expression: 'a', intervalMs: 1000, lastTimeMs: undefined });
    expect(isFault(fourth) && fourth.retryable && fourth.message).toContain('serve.stream.listeners_max');
    last.close();
    await listen({ expression: 'a' });
    expect(telemetry.render()).toContain('statbar_stream_refused_total{reason="evaluations_max"} 1');
    expect(telemetry.render()).toContain('statbar_stream_refused_total{reason="listeners_max"} 1');
  });

  test('a result with too many series is cut, with a warning', async () => {
    const { tenant, listen } = bench({ series_max: 2 });
    tenant.answers.queried = async (_expression, timeMs) => vectorResult(1, timeMs, 5);
    const data = dataOf(await (await listen()).next());
    expect((data['data'] as { result: unknown[] }).result).toHaveLength(2);
    expect(data['warnings']).toEqual(['results truncated due to limit']);
  });

  test('quiet streams send heartbeats', async () => {
    const { listen, advance } = bench({ heartbeat_interval: '5s' });
    const listener = await listen({ intervalMs: 60_000 });
    await listener.next();
    const next = listener.next();
    await advance(5000);
    expect(await next).toBe(': heartbeat\n\n');
  });

  test('closing the hub ends every stream', async () => {
    const { hub, tenant, listen } = bench();
    const listener = await listen();
    await listener.next();
    const next = listener.next();
    hub.close();
    expect(await next).toBeUndefined();
    expect(
      isFault(await hub.listen({ tenant, expression: 'x', intervalMs: 1000, lastTimeMs: undefined })),
    ).toBe(true);
  });

  test('a clock that is set back does not silence a stream', async () => {
    const { clock, listen, advance } = bench();
    const listener = await listen();
    await listener.next();
    clock.jumpTo(50_000);
    await advance(2000);
    expect(idOf(await listener.next())).toBeLessThan(60_000);
  });
});
