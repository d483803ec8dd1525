import type { AlertGroup } from '@statbar/sdk/wire';
import { ManualClock, silentLogger, Telemetry } from '../../base/index.ts';
import { type AlertConfig, alertConfigSchema } from '../config.ts';
import { MemoryJournal } from '../desk/desk.test-support.ts';
import { AlertDoors } from '../doors/alert-doors.ts';
import { AlertEngine } from '../engine.ts';
import type { InboundRequest, IncomingAlert } from '../types.ts';

const STEP_MS = 250;
const STEPS_MAX = 4000;

type Labels = Readonly<Record<string, string>>;

/** A desk whose couriers really send, under a clock that moves on while something is waited for. */
export class ReceiversWorld {
  readonly clock = new ManualClock(Date.UTC(2026, 0, 5, 12));
  engine: AlertEngine;
  readonly #journal = new MemoryJournal();
  #actions = 0;

  constructor(receiver: object, more: object = {}) {
    this.engine = this.#open(configOf(receiver, more));
  }

  /** Starts again from the log. */
  async restart(receiver: object): Promise<void> {
    await this.stop();
    this.engine = this.#open(configOf(receiver));
  }

  /** Takes another configuration while it runs. */
  reload(receiver: object): void {
    this.engine.reload(configOf(receiver));
  }

  #open(config: AlertConfig): AlertEngine {
    const engine = new AlertEngine(config, {
      clock: this.clock,
      logger: silentLogger,
      telemetry: new Telemetry(),
      journal: this.#journal,
      content: this.#journal.content(),
      externalUrl: 'https://statbar.test',
    });
    engine.start();
    return engine;
  }

  /** Settles with the group that the alerts are in. */
  async fire(...labels: readonly Labels[]): Promise<AlertGroup> {
    await this.#observe(labels, false);
    const open = [...this.engine.tables.groups.values()].find(
      (group) => group.state !== 'resolved' && group.labels['alertname'] === labels[0]['alertname'],
    );
    return this.group(open?.id ?? '');
  }

  async resolve(...labels: readonly Labels[]): Promise<void> {
    await this.#observe(labels, true);
  }

  act(group: AlertGroup, action: 'ack' | 'unack'): void {
    const by = { name: 'Lena', user: null, via: 'slack' } as const;
    const { version } = this.group(group.id);
    const actionId = `a${++this.#actions}`;
    this.engine.desk.act(group.id, { action, actionId, version, by }, { principal: 'test', address: '' });
  }

  /** Passes a webhook on, as the route does; how many actions it was, or why not. */
  async inbound(target: string, request: InboundRequest): Promise<unknown> {
    const [name, kind] = target.split('.');
    return new AlertDoors(this.engine, async () => undefined).inbound(name, kind, request, '');
  }

  group(id: string): AlertGroup {
    const view = this.engine.desk.view(id);
    if (view === undefined) throw new Error(`there is no group ${id}`);
    return view;
  }

  /** Lets time pass until something holds. */
  async until<T>(probe: () => T | undefined | false, what: string): Promise<T> {
    for (let step = 0; step < STEPS_MAX; step++) {
      const found = probe();
      if (found !== undefined && found !== false) return found;
      this.clock.advance(STEP_MS);
      // What is under way in other parts of the process takes real time.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error(`${what} did not come true`);
  }

  /** Lets so much time pass, and whatever is due happen. */
  async pass(durationMs: number): Promise<void> {
    const stepMs = Math.max(STEP_MS, durationMs / 100);
    for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
      this.clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async stop(): Promise<void> {
    this.engine.desk.stop();
    await this.engine.courier.stop();
  }

  async #observe(labels: readonly Labels[], isOver: boolean): Promise<void> {
    const alerts = labels.map((each) => incoming(each, this.clock.nowMs(), isOver));
    await this.engine.desk.observe('rule:test', alerts);
  }
}

function configOf(receiver: object, more: object = {}): AlertConfig {
  return alertConfigSchema.parse({
    route: { receiver: 'ops', group_wait: '0s', group_by: ['alertname'] },
    receivers: [{ name: 'ops', ...receiver }],
    ...more,
  });
}

function incoming(labels: Readonly<Record<string, string>>, nowMs: number, isOver: boolean): IncomingAlert {
  return {
    labels,
    annotations: { summary: 'Something is wrong' },
    value: 7.5,
    startsAtMs: nowMs,
    endsAtMs: isOver ? nowMs : undefined,
    expiresAtMs: undefined,
    generatorUrl: '',
    expression: undefined,
  };
}
