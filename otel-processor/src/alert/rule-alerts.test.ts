import { describe, expect, test } from 'vitest';
import { type Fault, permanent, Telemetry, yieldToEventLoop } from '../base/index.ts';
import { type Batch, LabelSet } from '../model/index.ts';
import { splitCondition } from '../query/index.ts';
import type { QueryEngine } from '../query/types.ts';
import { type DeskWorld, openDesk } from './desk/desk.test-support.ts';
import { parseRuleFiles, RuleManager, rulesConfigSchema } from './index.ts';

const minute = 60_000;

/** Rules over a table of answers, with a desk behind them. */
class RuleWorld {
  readonly desk: DeskWorld = openDesk({
    route: { receiver: 'ops', group_wait: '0s' },
    receivers: [{ name: 'ops', webhook: [{ url: 'http://hook.test/' }] }],
  });
  /** By expression: values by host, or why there are none. */
  readonly answers = new Map<string, Readonly<Record<string, number>> | Fault>();
  rules: RuleManager | undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  start(): void {
    const config = rulesConfigSchema.parse({});
    const groups = parseRuleFiles(config, [{ file: 'r.yml', text: this.#text }], () => undefined);
    if ('code' in groups) throw new Error(groups.message);
    const engine: QueryEngine = {
      instant: async (expression, { timeMs }) => {
        const answer = this.answers.get(expression) ?? {};
        if ('code' in answer) return answer as Fault;
        const samples = Object.entries(answer).map(([host, value]) => ({
          labels: LabelSet.from({ __name__: 'x', host }),
          timestampMs: timeMs,
          value,
          histogram: undefined,
        }));
        const statistics = { evaluationMs: 0, samplesTotal: 0, samplesPeak: 0, seriesTotal: 0 };
        return { value: { type: 'vector', samples }, warnings: [], infos: [], statistics };
      },
      range: async () => permanent('unsupported', 'no ranges here'),
    };
    const { engine: alerts, clock } = this.desk;
    this.rules = new RuleManager(config, groups, {
      engine,
      clock,
      telemetry: new Telemetry(),
      logger: alerts.desk.context.ports.logger,
      consumer: {
        consume: async (_batch: Batch) => undefined,
        shutdown: async () => {},
        start: () => {},
      } as never,
      resolver: { resolve: () => 1, describe: () => '' } as never,
      alerts: alerts.sink,
      split: splitCondition,
    });
    const rules = this.rules;
    alerts.desk.retireSources((source) => rules.isSource(source));
    rules.start();
  }

  /** Takes other rules, as a reload does. */
  async replace(text: string): Promise<void> {
    const groups = parseRuleFiles(rulesConfigSchema.parse({}), [{ file: 'r.yml', text }], () => undefined);
    if ('code' in groups) throw new Error(groups.message);
    await this.rules?.replace(groups);
    await this.pass(0);
  }

  async pass(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      await this.desk.pass(minute);
      for (let turn = 0; turn < 10; turn++) await yieldToEventLoop();
    }
  }

  /** The process dies and comes back after a while. */
  async restart(downMinutes: number): Promise<void> {
    await this.rules?.stop();
    this.desk.engine.desk.stop();
    this.desk.clock.advance(downMinutes * minute);
    await this.desk.restart();
  }

  get told(): string[] {
    return this.desk.received.map(({ body }) => {
      const { event, group } = body as { event: string; group: { counts: { firing: number } } };
      return `${event} ${group.counts.firing}`;
    });
  }

  /** Labels of firing alerts without the name. */
  get firing(): string[] {
    return [...this.desk.engine.tables.alerts.values()]
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => labels['host'] ?? `(${labels['alert_reason']})`)
      .sort();
  }
}

const rule = (extra = ''): string =>
  `groups: [{ name: g, rules: [{ alert: High, expr: x > 5, for: 2m ${extra} }] }]`;

describe('absent', () => {
  const text =
    'groups: [{ name: g, rules: [{ alert: Silent, absent: { of: x, silent_for: 5m, remember: 1h, by: [host] } }] }]';
  const expression =
    '(group by (host) (present_over_time(x[1h])) unless group by (host) (present_over_time(x[5m]))) or absent_over_time(x[1h])';

  test('an outage of the service is not the silence of its sources', async () => {
    const world = new RuleWorld(text);
    world.start();
    await world.pass(6);
    await world.restart(20);
    world.answers.set(expression, { a: 1, b: 1 });
    world.start();
    await world.pass(3);
    expect(world.firing).toEqual([]);
    world.answers.set(expression, { b: 1 });
    await world.pass(3);
    expect(world.firing).toEqual(['b']);
  });

  test('what was silent before an outage still is after it, and resolves at once', async () => {
    const world = new RuleWorld(text);
    world.answers.set(expression, { a: 1 });
    world.start();
    await world.pass(6);
    expect(world.firing).toEqual(['a']);
    await world.restart(20);
    world.start();
    await world.pass(1);
    expect(world.firing).toEqual(['a']);
    world.answers.set(expression, {});
    await world.pass(1);
    expect(world.firing).toEqual([]);
  });
});

describe('alerts of rules', () => {
  test('fire, change and resolve at the desk', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    expect(world.told).toEqual(['fired 1']);
    world.answers.set('x > 5', { b: 9 });
    await world.pass(5);
    // `a` resolved and `b` fires: one group all along.
    expect(world.firing).toEqual(['b']);
    world.answers.set('x > 5', {});
    await world.pass(2);
    expect(world.told.at(-1)).toBe('resolved 0');
  });

  test('that fired go on firing over a restart, without being told again, and resolve when it is over', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    await world.restart(30);
    world.start();
    await world.pass(5);
    expect(world.told).toEqual(['fired 1']);
    world.answers.set('x > 5', {});
    await world.pass(2);
    expect(world.told).toEqual(['fired 1', 'resolved 0']);
  });

  test('that only keep firing do so for as long as they would have without a restart', async () => {
    const world = new RuleWorld(rule(', keep_firing_for: 20m'));
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    world.answers.set('x > 5', {});
    await world.pass(10);
    await world.restart(5);
    world.start();
    await world.pass(3);
    expect(world.firing).toEqual(['a']);
    await world.pass(4);
    expect(world.firing).toEqual([]);
    expect(world.told).toEqual(['fired 1', 'resolved 0']);
  });

  test('of a rule that is gone resolve', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    await world.restart(1);
    const desk = world.desk.engine.desk;
    desk.retireSources(() => false);
    await world.pass(1);
    expect(world.told).toEqual(['fired 1', 'resolved 0']);
  });

  test('of a rule that is read again go on as they were, wherever in the group it is now', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    world.answers.set('x > 6', { a: 7 });
    await world.replace(
      'groups: [{ name: g, rules: [{ record: y, expr: x }, { alert: High, expr: x > 6, for: 1h }] }]',
    );
    await world.pass(5);
    expect(world.firing).toEqual(['a']);
    const [alert] = world.desk.engine.tables.alerts.values();
    expect(world.rules?.chart(alert.source)).toMatchObject({ threshold: 6 });
    world.answers.set('x > 6', {});
    await world.pass(5);
    expect(world.told).toEqual(['fired 1', 'resolved 0']);
  });

  test('wait for as long as they would have when the rules are read again', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(2);
    await world.replace(rule(', labels: { team: web }').replace('for: 2m', 'for: 3m'));
    await world.replace(rule().replace('for: 2m', 'for: 4m'));
    expect(world.told).toEqual([]);
    await world.pass(3);
    expect(world.told).toEqual(['fired 1']);
  });

  test('of a rule that is no longer there when rules are read again resolve', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    await world.replace('groups: [{ name: g, rules: [{ record: y, expr: x }] }]');
    await world.pass(1);
    expect(world.told).toEqual(['fired 1', 'resolved 0']);
  });

  test('are known by what they are now, and by what to draw', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    world.answers.set('x > 5', { a: 8 });
    await world.pass(2);
    const [alert] = world.desk.engine.tables.alerts.values();
    expect(world.rules?.live(alert.source, alert.labels)).toMatchObject({ value: 8 });
    expect(world.rules?.chart(alert.source)).toMatchObject({
      expression: 'x',
      threshold: 5,
      direction: 'above',
    });
    expect(world.rules?.chart('rule:another')).toBeUndefined();
  });
});

describe('missing data', () => {
  const all = { a: 7, b: 9, c: 1 };

  test('resolves by default, as in Prometheus', async () => {
    const world = new RuleWorld(rule());
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    world.answers.set('x > 5', {});
    await world.pass(2);
    expect(world.firing).toEqual([]);
  });

  test('keeps the last state where the rule says so, and only where data are missing', async () => {
    const world = new RuleWorld(rule(', no_data: keep_last'));
    world.start();
    world.answers.set('x', all);
    world.answers.set('x > 5', { a: 7, b: 9 });
    await world.pass(5);
    // `a` has gone; `b` is fine again.
    world.answers.set('x', { b: 1, c: 1 });
    world.answers.set('x > 5', {});
    await world.pass(3);
    expect(world.firing).toEqual(['a']);
    world.answers.set('x', { a: 1, b: 1 });
    await world.pass(2);
    expect(world.firing).toEqual([]);
  });

  test('is an alert of its own where the rule says so, when nothing is left', async () => {
    const world = new RuleWorld(rule(', no_data: alert'));
    world.start();
    world.answers.set('x', { a: 1 });
    await world.pass(5);
    expect(world.firing).toEqual([]);
    world.answers.set('x', {});
    await world.pass(5);
    expect(world.firing).toEqual(['(no_data)']);
    world.answers.set('x', { a: 1 });
    await world.pass(2);
    expect(world.firing).toEqual([]);
  });
});

describe('failed evaluations', () => {
  const failed = permanent('timeout', 'too slow');

  test("what is too much for a query is a failure like others, not one of the group's limit", async () => {
    const world = new RuleWorld(rule(', on_error: alert'));
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    world.answers.set('x > 5', permanent('limit', 'too many samples'));
    await world.pass(5);
    expect(world.firing).toEqual(['(error)', 'a']);
    world.answers.set('x > 5', {});
    await world.pass(2);
    expect(world.firing).toEqual([]);
  });

  test.each([
    ['keep_last', ['a']],
    ['ok', []],
    ['alert', ['(error)', 'a']],
  ])('on_error: %s', async (policy, expected) => {
    const world = new RuleWorld(rule(`, on_error: ${policy}`));
    world.start();
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    world.answers.set('x > 5', failed);
    await world.pass(5);
    expect(world.firing).toEqual(expected);
    world.answers.set('x > 5', { a: 7 });
    await world.pass(5);
    expect(world.firing).toEqual(['a']);
  });
});
