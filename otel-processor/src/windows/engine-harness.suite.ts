import { isFault, ManualClock, silentLogger, Telemetry, yieldToEventLoop } from '../base/index.ts';
import { Batch, type EventBatch, LabelSet, SeriesRegistry } from '../model/index.ts';
import { type EventLogPort, type ResultListener, type ViewConfig, ViewEngine } from './index.ts';
import { batchOf, type RawEvent } from './view-harness.suite.ts';

/** One raw sample of a test. */
export interface RawSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampMs: number;
  readonly value: number;
}

export const START_MS = 1_000_000;

/** A log in memory: what a crash leaves of it is what a test says. */
class MemoryLog implements EventLogPort {
  readonly failure = undefined;
  readonly pendingBytes = 0;
  state: Uint8Array | undefined;
  /** All that was ever appended: the whole history is kept. */
  #kept: Uint8Array[] = [];
  #covered = 0;

  get recordsSinceCheckpoint(): number {
    return this.#kept.length - this.#covered;
  }

  /** Those after the checkpoint. */
  get replayed(): readonly Uint8Array[] {
    return this.#kept.slice(this.#covered);
  }

  get position(): number {
    return this.#kept.length;
  }

  async *records(from: number, until: number): AsyncGenerator<{ readonly payload: Uint8Array }> {
    for (let i = from; i < until; i++) {
      // So slow that much comes meanwhile.
      await yieldToEventLoop();
      yield { payload: this.#kept[i] };
    }
  }

  append(...parts: readonly Uint8Array[]): void {
    this.#kept.push(Buffer.concat(parts));
  }

  async durable(): Promise<undefined> {}

  #writing = false;

  async checkpoint(encode: () => Promise<Uint8Array>): Promise<undefined> {
    if (this.#writing) return;
    this.#writing = true;
    const covered = this.#kept.length;
    const state = await encode();
    this.state = state.slice();
    this.#covered = covered;
    this.#writing = false;
  }

  /** What a crash leaves: a checkpoint that was being written is not there. */
  afterCrash(): MemoryLog {
    const log = new MemoryLog();
    log.state = this.state;
    log.#kept = [...this.#kept];
    log.#covered = this.#covered;
    return log;
  }
}

/** Stored samples by series and time. A sample that comes again with another value is a broken promise. */
export class Stored {
  readonly samples = new Map<string, number>();
  conflicts = 0;

  take(batch: Batch, registry: SeriesRegistry): void {
    for (let row = 0; row < batch.count; row++) {
      const key = `${registry.labels(batch.seriesIds[row])} ${batch.timestampsMs[row]}`;
      const known = this.samples.get(key);
      if (known !== undefined && known !== batch.values[row]) this.conflicts += 1;
      this.samples.set(key, batch.values[row]);
    }
  }
}

/** A view engine with a log and a store in memory, whose process can die. */
export class World {
  readonly clock = new ManualClock(START_MS);
  log = new MemoryLog();
  readonly registry = new SeriesRegistry();
  readonly stored = new Stored();
  readonly telemetry = new Telemetry();
  engine: ViewEngine;
  #views: readonly ViewConfig[];

  constructor(views: readonly ViewConfig[]) {
    this.#views = views;
    this.engine = this.#create();
  }

  async send(events: readonly (RawEvent & { readonly id?: string })[]): Promise<EventBatch> {
    const accepted = await this.engine.accept(1, new TextEncoder().encode(JSON.stringify(events)));
    if (isFault(accepted)) throw new Error(accepted.message);
    return accepted;
  }

  /** What the store holds of samples. */
  readonly sent: RawSample[] = [];

  /** Samples on their way to a store that takes all of them. */
  async sendSamples(samples: readonly RawSample[]): Promise<void> {
    this.sent.push(...samples);
    const batch = new Batch(1);
    samples.forEach(({ labels, timestampMs, value }, point) => {
      batch.add(point, this.registry.getOrCreate(LabelSet.from(labels)), timestampMs, value);
    });
    const fault = await this.engine.acceptSamples(batch);
    if (fault !== undefined) throw new Error(fault.message);
  }

  /** The service takes another configuration. */
  async reload(views: readonly ViewConfig[]): Promise<void> {
    this.#views = views;
    await this.engine.reload(views);
  }

  /** The process dies, and the next one has another configuration. */
  crashInto(views: readonly ViewConfig[]): void {
    this.#views = views;
    this.crash();
  }

  /** The process dies between requests; what was acknowledged is in the log. */
  crash(): void {
    for (const timer of this.#running) timer.cancelled = true;
    this.log = this.log.afterCrash();
    this.engine = this.#create();
  }

  listen(view: string, listener: ResultListener): void {
    this.engine.listen(view, listener);
  }

  #elapsedMs = 0;
  readonly #running: Array<{ cancelled: boolean }> = [];

  #create(): ViewEngine {
    const life = { cancelled: false };
    this.#running.push(life);
    const { clock, registry } = this;
    const engine = new ViewEngine(
      this.#views,
      { idsMax: 1000, checkpointEveryMs: 700, pendingBytesMax: 1e9, seriesMax: 100 },
      {
        clock: {
          nowMs: () => clock.nowMs(),
          // So slow that every checkpoint gives up its turn at every step.
          monotonicMs: () => (this.#elapsedMs += 100),
          after: (delayMs, run) => clock.after(delayMs, () => life.cancelled || run()),
          // A dead process has no timers.
          every: (periodMs, run) => clock.every(periodMs, () => life.cancelled || run()),
        },
        logger: silentLogger,
        telemetry: this.telemetry,
        registry,
        log: this.log,
        resolver: { generation: 0, resolve: (labels) => registry.getOrCreate(labels), describe: String },
        decode(_kind, bytes) {
          const events = JSON.parse(new TextDecoder().decode(bytes)) as Array<RawEvent & { id?: string }>;
          const batch = batchOf(events);
          events.forEach(({ id }, row) => {
            if (id === undefined) return;
            batch.ids ??= [];
            batch.ids[row] = id;
          });
          batch.pointCount = events.length;
          return batch;
        },
        readSamples: async (matchers, fromMs, toMs, visit) => {
          const bySeries = new Map<string, RawSample[]>();
          for (const sample of this.sent) {
            const key = JSON.stringify(sample.labels);
            bySeries.set(key, [...(bySeries.get(key) ?? []), sample]);
          }
          for (const samples of bySeries.values()) {
            await yieldToEventLoop();
            const labels = LabelSet.from(samples[0].labels);
            if (!matchers.every(({ name, matches }) => matches(labels.get(name) ?? ''))) continue;
            // The first of a time is what a store keeps.
            const times = new Map<number, number>();
            for (const { timestampMs, value } of samples) {
              if (timestampMs < fromMs || timestampMs > toMs || times.has(timestampMs)) continue;
              times.set(timestampMs, value);
            }
            const rows = [...times].sort((a, b) => a[0] - b[0]);
            const values = Float64Array.from(rows, ([, value]) => value);
            visit({
              labels,
              count: rows.length,
              timestampsMs: Float64Array.from(rows, ([timestampMs]) => timestampMs),
              values,
              words: new Uint32Array(values.buffer),
              histograms: undefined,
            });
          }
        },
        write: async (batch) => {
          if (!life.cancelled) this.stored.take(batch, registry);
          return undefined;
        },
      },
    );
    engine.recover(this.log.state, this.log.replayed);
    engine.start();
    return engine;
  }
}

/** With turns for the checkpoints that come meanwhile. */
export async function passMinute(world: World): Promise<void> {
  for (let second = 0; second < 60; second++) {
    world.clock.advance(1000);
    for (let turn = 0; turn < 30; turn++) await yieldToEventLoop();
  }
}
