import { ManualClock, silentLogger, Telemetry, yieldToEventLoop } from '../../base/index.ts';
import { type AlertConfig, alertConfigSchema } from '../config.ts';
import { AlertEngine } from '../engine.ts';
import type { HttpFailure, HttpRequest, HttpResponse, IncomingAlert } from '../types.ts';
import type { Journal } from './tables.ts';

/** A journal in memory that can be cut off anywhere, as a crash would. */
export class MemoryJournal implements Journal {
  checkpointBytes: Uint8Array | undefined;
  records: Uint8Array[] = [];

  append(record: Uint8Array): void {
    this.records.push(record);
  }
  async durable(): Promise<undefined> {
    return undefined;
  }
  async checkpoint(encode: () => Promise<Uint8Array>): Promise<undefined> {
    const covered = this.records.length;
    this.checkpointBytes = await encode();
    this.records = this.records.slice(covered);
    return undefined;
  }
  content() {
    return { checkpoint: this.checkpointBytes, records: [...this.records] };
  }
}

export interface DeskWorld {
  readonly clock: ManualClock;
  readonly journal: MemoryJournal;
  readonly config: AlertConfig;
  /** Bodies that the outside received, in order. */
  readonly received: { readonly url: string; readonly body: unknown; readonly key: string }[];
  /** What the outside answers; the default is 200. */
  answer: (request: HttpRequest) => HttpResponse | HttpFailure | Promise<HttpResponse | HttpFailure>;
  engine: AlertEngine;
  pass(durationMs: number): Promise<void>;
  fireWith(
    annotations: Readonly<Record<string, string>>,
    labels: Readonly<Record<string, string>>,
  ): Promise<void>;
  fire(...labels: readonly Readonly<Record<string, string>>[]): Promise<void>;
  resolve(...labels: readonly Readonly<Record<string, string>>[]): Promise<void>;
  /** Forgets everything in memory and starts again from the journal, with another configuration if one is given. */
  restart(config?: unknown): Promise<void>;
  /** Takes another configuration while it runs. */
  reload(config: unknown): Promise<void>;
}

export const ok: HttpResponse = { status: 200, header: () => undefined, body: '' };

function incoming(
  labels: Readonly<Record<string, string>>,
  startsAtMs: number,
  endsAtMs: number | undefined,
): IncomingAlert {
  return {
    labels,
    annotations: {},
    value: 1,
    startsAtMs,
    endsAtMs,
    expiresAtMs: undefined,
    generatorUrl: '',
    expression: undefined,
  };
}

/** Lets everything that has begun end. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 10; i++) await yieldToEventLoop();
}

/** What the outside answers, and takes down if it heard it. */
async function send(
  request: HttpRequest,
  { answer, received }: DeskWorld,
): Promise<HttpResponse | HttpFailure> {
  const answered = await answer(request);
  const arrived = !('failed' in answered) || answered.sent;
  if (arrived && (!('status' in answered) || answered.status < 300)) {
    received.push({
      url: request.url,
      body: JSON.parse(request.body),
      key: request.headers['Idempotency-Key'] ?? '',
    });
  }
  return answered;
}

/** A desk with its couriers, under a clock that only the test moves, and an outside that takes down what it is told. */
export function openDesk(config: unknown, startMs = Date.UTC(2026, 0, 5, 12)): DeskWorld {
  const clock = new ManualClock(startMs);
  let parsed = alertConfigSchema.parse(config);
  const journal = new MemoryJournal();
  const create = (): AlertEngine => {
    const engine = new AlertEngine(parsed, {
      clock,
      logger: silentLogger,
      telemetry: new Telemetry(),
      journal,
      content: journal.content(),
      externalUrl: 'http://statbar.test',
      http: (request) => send(request, world),
    });
    engine.start();
    return engine;
  };
  const world: DeskWorld = {
    clock,
    journal,
    get config() {
      return parsed;
    },
    received: [],
    answer: () => ok,
    engine: undefined as unknown as AlertEngine,
    async pass(durationMs) {
      for (let passed = 0; passed < durationMs; passed += 1000) {
        clock.advance(Math.min(1000, durationMs - passed));
        await quiet();
      }
    },
    async fireWith(annotations, labels) {
      const alert = { ...incoming(labels, clock.nowMs(), undefined), annotations };
      await world.engine.desk.observe('rule:test', [alert]);
      await quiet();
    },
    async fire(...labels) {
      await world.engine.desk.observe(
        'rule:test',
        labels.map((each) => incoming(each, clock.nowMs(), undefined)),
      );
      await quiet();
    },
    async resolve(...labels) {
      await world.engine.desk.observe(
        'rule:test',
        labels.map((each) => incoming(each, clock.nowMs(), clock.nowMs())),
      );
      await quiet();
    },
    async reload(changed) {
      parsed = alertConfigSchema.parse(changed);
      world.engine.reload(parsed);
      await quiet();
    },
    async restart(changed) {
      if (changed !== undefined) parsed = alertConfigSchema.parse(changed);
      world.engine.desk.stop();
      void world.engine.courier.stop();
      world.engine = create();
      await quiet();
    },
  };
  world.engine = create();
  return world;
}
