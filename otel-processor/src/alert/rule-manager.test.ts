import { afterEach, expect, test } from 'vitest';
import { isFault, ManualClock, silentLogger, Telemetry, yieldToEventLoop } from '../base/index.ts';
import { Batch, LabelSet, SeriesRegistry } from '../model/index.ts';
import { createPipeline, pipelineConfigSchema } from '../pipeline/index.ts';
import { createQueryEngine, formatExpression, queryConfigSchema } from '../query/index.ts';
import { createStore, type Store, storeConfigSchema } from '../store/index.ts';
import { parseRuleFiles, RuleManager, rulesConfigSchema } from './index.ts';

const minute = 60_000;
const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close(1000);
});

/** Pipeline, store and engine in memory under a clock that only the test moves. */
async function openWorld(startMs: number) {
  const clock = new ManualClock(startMs);
  const telemetry = new Telemetry();
  const registry = new SeriesRegistry();
  const ports = { clock, telemetry, registry, logger: silentLogger };
  const store = await createStore(storeConfigSchema.parse({ durability: 'memory' }), { ...ports, dir: '' });
  if (isFault(store)) throw new Error(store.message);
  stores.push(store);
  const pipeline = createPipeline(pipelineConfigSchema.parse({}), { ...ports, appender: store });
  const engine = createQueryEngine(queryConfigSchema.parse({}), { ...ports, querier: store });
  const config = rulesConfigSchema.parse({});

  const start = (text: string): RuleManager => {
    const groups = parseRuleFiles(config, [{ file: 'r.yml', text }], (expression) => {
      const formatted = formatExpression(expression);
      return isFault(formatted) ? formatted : undefined;
    });
    if (isFault(groups)) throw new Error(groups.message);
    const manager = new RuleManager(config, groups, {
      engine,
      consumer: pipeline,
      resolver: pipeline.resolver,
      clock,
      telemetry,
      logger: silentLogger,
    });
    manager.start();
    return manager;
  };
  const send = async (values: Readonly<Record<string, number>>): Promise<void> => {
    const batch = new Batch();
    for (const [host, value] of Object.entries(values)) {
      const labels = LabelSet.from({ __name__: 'load', host });
      batch.add(batch.pointCount++, pipeline.resolver.resolve(labels) as number, clock.nowMs(), value);
    }
    expect(await pipeline.consume(batch)).toBeUndefined();
  };
  /** Lets `durationMs` pass and every evaluation that falls into it end. */
  const pass = async (durationMs: number): Promise<void> => {
    for (let passed = 0; passed < durationMs; passed += minute) {
      clock.advance(Math.min(minute, durationMs - passed));
      for (let i = 0; i < 20; i++) await yieldToEventLoop();
    }
  };
  const ask = async (expression: string): Promise<string[]> => {
    const result = await engine.instant(expression, { timeMs: clock.nowMs() });
    if (isFault(result) || result.value.type !== 'vector') throw new Error('no vector');
    return result.value.samples.map(({ labels, value }) => `${labels.toString()} ${value}`).sort();
  };
  return { clock, telemetry, start, send, pass, ask, store };
}

const rules = `
groups:
  - name: g
    interval: 1m
    rules:
      - { record: 'load:max', expr: max(load) }
      - { record: 'load:double', expr: load * 2 }
      - { alert: LoadHigh, expr: load > 5, for: 10m }
`;

test('rules are evaluated on schedule, later ones over what earlier ones wrote', async () => {
  const world = await openWorld(1000 * minute);
  const manager = world.start(rules);
  await world.send({ a: 1, b: 7 });
  await world.pass(2 * minute);
  expect(await world.ask('{__name__=~"load:.*"}')).toEqual([
    'load:double{host="a"} 2',
    'load:double{host="b"} 14',
    'load:max 7',
  ]);
  expect(await world.ask('ALERTS')).toEqual([
    'ALERTS{alertname="LoadHigh", alertstate="pending", host="b"} 1',
  ]);
  const [group] = manager.status();
  expect(group.rules.map(({ health }) => health)).toEqual(['ok', 'ok', 'ok']);
  expect(group.rules[2].alerts.map(({ standing }) => standing.state)).toEqual(['pending']);
  await manager.stop();
});

test('a series that a rule does not give any more ends with a staleness marker', async () => {
  const world = await openWorld(1000 * minute);
  const manager = world.start(rules);
  await world.send({ a: 1, b: 7 });
  await world.pass(2 * minute);
  await world.send({ a: 1, b: 1 });
  await world.pass(minute);
  expect(await world.ask('ALERTS')).toEqual([]);
  // Five minutes without new samples: the inputs are gone, and so are the results, at once.
  await world.pass(6 * minute);
  expect(await world.ask('load:double')).toEqual([]);
  await manager.stop();
});

test('after a restart an alert goes on waiting where it was, the outage not counted', async () => {
  const slow = rules.replace('for: 10m', 'for: 30m');
  const world = await openWorld(1000 * minute);
  const first = world.start(slow);
  for (let i = 0; i < 15; i++) {
    await world.send({ b: 7 });
    await world.pass(minute);
  }
  const waitedBeforeMs = world.clock.nowMs() - first.status()[0].rules[2].alerts[0].standing.activeAtMs;
  await first.stop();
  await world.pass(3 * minute);
  const second = world.start(slow);
  await world.send({ b: 7 });
  await world.pass(2 * minute);
  const [alert] = second.status()[0].rules[2].alerts;
  expect(alert.standing.state).toBe('pending');
  const waitedMs = world.clock.nowMs() - alert.standing.activeAtMs;
  // Afresh it would be two minutes at most; with the outage three more.
  expect(waitedMs).toBeGreaterThanOrEqual(waitedBeforeMs - minute);
  expect(waitedMs).toBeLessThanOrEqual(waitedBeforeMs + 3 * minute);
  await second.stop();
});

test('rules that are read again: what is the same goes on, series of what is gone end', async () => {
  const world = await openWorld(1000 * minute);
  const manager = world.start(rules);
  await world.send({ a: 1, b: 7 });
  await world.pass(3 * minute);
  const before = manager.status()[0].rules[2].alerts[0].standing;
  const groups = parseRuleFiles(
    rulesConfigSchema.parse({}),
    [{ file: 'r.yml', text: rules.replace('load:max', 'load:most').replace('load * 2', 'load * 3') }],
    () => undefined,
  );
  if (isFault(groups)) throw new Error(groups.message);
  await manager.replace(groups);
  await world.pass(2 * minute);
  expect(await world.ask('{__name__=~"load:.*"}')).toEqual([
    'load:double{host="a"} 3',
    'load:double{host="b"} 21',
    'load:most 7',
  ]);
  expect(manager.status()[0].rules[2].alerts[0].standing).toEqual(before);
  await manager.replace([]);
  expect(await world.ask('{__name__=~"load:.*|ALERTS"}')).toEqual([]);
  await manager.stop();
});

test('a rule that fails says why, and the others go on', async () => {
  const world = await openWorld(1000 * minute);
  const manager = world.start(`
groups:
  - name: g
    rules:
      - { record: same, expr: 'label_replace(load, "host", "x", "", "")' }
      - { record: fine, expr: count(load) }
`);
  await world.send({ a: 1, b: 2 });
  await world.pass(2 * minute);
  const [broken, fine] = manager.status()[0].rules;
  expect([broken.health, fine.health]).toEqual(['err', 'ok']);
  expect(broken.lastError).not.toBe('');
  expect(await world.ask('fine')).toEqual(['fine 2']);
  expect(world.telemetry.render()).toContain('statbar_rule_evaluation_failures_total');
  await manager.stop();
});

test('a group over its limit writes nothing and says so', async () => {
  const world = await openWorld(1000 * minute);
  const manager = world.start(`
groups:
  - { name: g, limit: 1, rules: [{ record: copy, expr: load }, { alert: Any, expr: load }] }
`);
  await world.send({ a: 1, b: 2 });
  await world.pass(2 * minute);
  expect(manager.status()[0].rules.map(({ lastError }) => lastError)).toEqual([
    'exceeded limit of 1 with 2 series',
    'exceeded limit of 1 with 2 alerts',
  ]);
  expect(await world.ask('{__name__=~"copy|ALERTS"}')).toEqual([]);
  await manager.stop();
});
