import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeskWorld, openDesk } from './desk.test-support.ts';

const minute = 60_000;
const by = { name: 'Lena', user: null, via: 'slack' } as const;
const from = { principal: 'test', address: '' };

type Step =
  | { readonly do: 'fire' | 'resolve'; readonly host: string }
  | { readonly do: 'ack' | 'unack' | 'late ack' | 'silence' | 'restart' | 'checkpoint' }
  | { readonly do: 'reload' | 'restart changed'; readonly routes: number }
  | { readonly do: 'pass'; readonly minutes: number };

/** What the life of one group is, in words: the model that the desk is held against. */
class Model {
  readonly firing = new Set<string>();
  open = false;
  told = false;
  acknowledged = false;
  silencedUntilMs = 0;
  readonly events: string[] = [];
  staleVersion = 0;

  fire(host: string, nowMs: number): void {
    if (!this.open) {
      this.open = true;
      this.told = false;
      this.acknowledged = false;
    }
    this.firing.add(host);
    this.look(nowMs);
  }

  resolve(host: string): void {
    if (!this.firing.delete(host) || this.firing.size > 0) return;
    if (this.told) this.events.push('resolved');
    this.open = false;
  }

  look(nowMs: number): void {
    if (!this.open || this.told || nowMs < this.silencedUntilMs) return;
    this.told = true;
    this.events.push('fired');
  }
}

/** Ways to say that everything goes to `ops` by its name: whichever it is, nobody is to notice. */
const routings: readonly (readonly object[])[] = [
  [],
  [{ receiver: 'ops', matchers: ['alertname="A"'] }],
  [{ matchers: ['alertname="B"'], group_by: ['host'] }, { matchers: ['alertname=~"A|C"'] }],
];

const configOf = (routes: number) => ({
  route: {
    receiver: 'ops',
    group_wait: '0s',
    group_interval: '1h',
    repeat_interval: '30d',
    routes: routings[routes],
  },
  receivers: [{ name: 'ops', webhook: [{ url: 'http://hook.test/' }] }],
  flapping: { changes_max: 0 },
});

const hosts = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: hosts.map((host) => ({ do: 'fire', host }) as const) },
  { weight: 4, arbitrary: hosts.map((host) => ({ do: 'resolve', host }) as const) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...(['ack', 'unack', 'late ack', 'silence', 'restart', 'checkpoint'] as const).map(
        (each) => ({ do: each }) as Step,
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('reload', 'restart changed'),
      routes: fc.integer({ min: 0, max: routings.length - 1 }),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 20 }).map((minutes) => ({ do: 'pass', minutes }) as const),
  },
);

function openGroup(world: DeskWorld) {
  const group = [...world.engine.tables.groups.values()].find(({ state }) => state !== 'resolved');
  return group === undefined ? undefined : world.engine.desk.viewOf(group);
}

let actions = 0;

async function take(step: Step, world: DeskWorld, model: Model): Promise<void> {
  const { desk } = world.engine;
  const act = (action: 'ack' | 'unack', id: string, version: number) =>
    desk.act(id, { action, actionId: String(actions++), version, by }, from);
  const group = openGroup(world);
  switch (step.do) {
    case 'fire':
      await world.fire({ alertname: 'A', host: step.host });
      return model.fire(step.host, world.clock.nowMs());
    case 'resolve':
      await world.resolve({ alertname: 'A', host: step.host });
      return model.resolve(step.host);
    case 'ack':
    case 'unack': {
      if (group === undefined) return;
      const result = act(step.do, group.id, group.version);
      if (step.do === 'ack') model.acknowledged = true;
      else expect(result?.refusal).toBe(model.acknowledged ? undefined : 'not_acknowledged');
      if (step.do === 'unack') model.acknowledged = false;
      return;
    }
    case 'late ack': {
      // Somebody looks at the newest group of all, perhaps over, and at a version that has passed.
      const last = [...world.engine.tables.groups.values()].at(-1);
      if (last === undefined) return;
      const result = act('ack', last.id, last.version - 1);
      expect(result?.refusal).toBe(last.state === 'resolved' ? 'resolved' : 'stale');
      return;
    }
    case 'silence': {
      const nowMs = world.clock.nowMs();
      const silence = {
        id: undefined,
        matchers: [{ name: 'alertname', type: '=', value: 'A' } as const],
        startsAtMs: nowMs,
        endsAtMs: nowMs + 10 * minute,
        createdBy: 'Lena',
        comment: '',
        annotations: {},
      };
      desk.silences.put(silence, by, from, nowMs);
      desk.settle();
      model.silencedUntilMs = nowMs + 10 * minute;
      return;
    }
    case 'reload':
      return world.reload(configOf(step.routes));
    case 'restart changed':
      return world.restart(configOf(step.routes));
    case 'restart':
      return world.restart();
    case 'checkpoint':
      await world.engine.tables.checkpoint(0);
      return;
    case 'pass':
      for (let i = 0; i < step.minutes; i++) {
        await world.pass(minute);
        model.look(world.clock.nowMs());
      }
  }
}

test('the life of a group is that of the model, whatever happens and whenever the process dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (list) => {
      const world = openDesk(configOf(0));
      const model = new Model();
      for (const step of list) {
        await take(step, world, model);
        await world.pass(1000);
        model.look(world.clock.nowMs());
        const group = openGroup(world);
        expect(group !== undefined).toBe(model.open);
        expect(group?.state ?? 'none').toBe(model.open ? (model.told ? 'firing' : 'waiting') : 'none');
        expect(group?.counts.firing ?? 0).toBe(model.firing.size);
        expect(group === undefined || (group.acknowledgement !== null) === model.acknowledged).toBe(true);
        const told = world.received
          .map(({ body }) => (body as { event: string }).event)
          .filter((event) => event === 'fired' || event === 'resolved');
        expect(told).toEqual(model.events);
      }
      world.engine.desk.stop();
      await world.engine.courier.stop();
    }),
    { numRuns: 60 },
  );
}, 60_000);
