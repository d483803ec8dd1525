import { ByteReader, ByteWriter, type Fault, FaultError, isFault, type Timer } from '../base/index.ts';
import type { Batch, EventBatch } from '../model/index.ts';
import { Backfills } from './backfills.ts';
import type { ViewConfig } from './config.ts';
import { engineInstruments } from './engine-instruments.ts';
import {
  type ResultListener,
  refusalOf,
  type ViewEngineOptions,
  type ViewEnginePorts,
} from './engine-types.ts';
import { decodeRecord, encodeHeader } from './record-header.ts';
import { type Happening, Recording } from './recording.ts';
import { outlets, ResultOutlet } from './result-outlet.ts';
import { adoptSeries, decodeSamples, SampleTap } from './samples/index.ts';
import { SeenIds } from './seen-ids.ts';
import { runInTurns } from './steps.ts';
import { ViewSet } from './view-set.ts';
import type { LateEvent, ViewStatus } from './view-types.ts';

/** Kind of the records that the engine itself makes; those of requests are the caller's. */
const SAMPLES = 0;
const TICK_MS = 50;
const TICKS_MAX = 1000;

/**
 * Events in, results out: makes each request durable, then hands it to the views in the order of the log, together
 * with the time at which it came. What the views do between requests because the clock moved is logged with the next
 * one, so that a replay from the last checkpoint leads to the same state and the same results; those are stored again,
 * which changes nothing.
 */
export class ViewEngine {
  readonly #options: ViewEngineOptions;
  readonly #ports: ViewEnginePorts;
  #views: ViewSet;
  readonly #ids: SeenIds;
  readonly #tap: SampleTap;
  readonly #outlet: ResultOutlet;
  readonly #backfills: Backfills;
  readonly #recordings = new Set<Recording>();
  readonly #instruments;
  readonly #timers: Timer[] = [];
  #tail: Promise<unknown> = Promise.resolve();
  /** Work that must be done before the clock may move the views. */
  #pending = 0;
  #checkpoint: Promise<void> = Promise.resolve();
  #nowMs = 0;
  #ticks: number[] = [];

  constructor(configs: readonly ViewConfig[], options: ViewEngineOptions, ports: ViewEnginePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#ids = new SeenIds(options.idsMax);
    this.#instruments = engineInstruments(ports.telemetry, () => this.#views.status());
    this.#outlet = new ResultOutlet(ports, this.#instruments, options.lateEventsMax);
    this.#views = this.#createViews(configs);
    this.#tap = new SampleTap({
      wanted: (labels) => this.#views.wants(labels),
      registry: ports.registry,
      seriesMax: options.seriesMax,
      refused: () => this.#instruments.refusedSamples.add(1),
    });
    this.#backfills = this.#createBackfills();
  }

  #createBackfills(): Backfills {
    const ports = this.#ports;
    const { idsMax, seriesMax } = this.#options;
    return new Backfills({
      engine: ports,
      idsMax,
      seriesMax,
      telemetry: ports.telemetry,
      record: () => this.#record(),
      forget: (recording) => this.#recordings.delete(recording),
      labelsOf: (ref) => this.#views.table.get(ref)?.labels,
      install: (view, table) => {
        adoptSeries(table, this.#views.table, this.#tap);
        this.#views.install(view);
      },
      wantsMore: () => this.#tap.forgetVerdicts(),
      installed: () => void this.#writeCheckpoint(true),
      store: (result) => this.#outlet.store(result),
    });
  }

  #createViews(configs: readonly ViewConfig[]): ViewSet {
    return new ViewSet(configs, outlets(this.#outlet, this.#instruments, this.#ports));
  }

  /** Brings back the state from a checkpoint and the records after it. */
  recover(checkpoint: Uint8Array | undefined, records: readonly Uint8Array[]): void {
    const reader = checkpoint === undefined ? undefined : new ByteReader(checkpoint);
    if (reader !== undefined) {
      this.#nowMs = reader.float64();
      this.#ids.decode(reader);
    }
    this.#views.decode(reader);
    for (const record of records) this.#replay(record);
    this.#tap.restore(this.#views.table, this.#nowMs);
    if (records.length > 0) this.#ports.logger.info('replayed events', { requests: records.length });
  }

  /** Lets the clock drive watermarks, early results and checkpoints; computes new views over what is stored. */
  start(): void {
    const { clock } = this.#ports;
    this.#timers.push(
      clock.every(TICK_MS, () => this.#tick()),
      clock.every(this.#options.checkpointEveryMs, () => void this.#writeCheckpoint()),
    );
    this.#backfills.start(this.#views);
  }

  /**
   * Takes another configuration of views, in the order of the log. Views that are the same keep their state, changed
   * ones start anew. Settles when the new ones are in force.
   */
  async reload(configs: readonly ViewConfig[]): Promise<void> {
    await this.#backfills.cancel();
    this.#pending += 1;
    const reloaded = this.#tail.then(async () => {
      const writer = new ByteWriter(64 * 1024);
      await runInTurns(this.#views.encode(writer), this.#ports.clock);
      const views = this.#createViews(configs);
      views.decode(new ByteReader(writer.view()));
      this.#views = views;
      this.#tap.forgetVerdicts();
      this.#pending -= 1;
    });
    this.#tail = reloaded;
    await reloaded;
    this.#backfills.start(this.#views);
    await this.#checkpoint;
    await this.#writeCheckpoint(true);
  }

  /** Why nothing can be taken at present, or undefined. */
  refusal(): Fault | undefined {
    return refusalOf(this.#ports.log, this.#options.pendingBytesMax);
  }

  /** Takes a request; settles when it is durable and the views have seen it. */
  async accept(kind: number, bytes: Uint8Array): Promise<EventBatch | Fault> {
    const refusal = this.refusal();
    if (refusal !== undefined) return refusal;
    const nowMs = this.#now();
    const batch = this.#ports.decode(kind, bytes, nowMs);
    if (isFault(batch)) return batch;
    this.#instruments.count(batch);
    if (batch.count === 0) return batch;
    return (await this.#enter(kind, bytes, nowMs, () => this.#apply(batch, nowMs))) ?? batch;
  }

  /** Whether samples are read at all: then they may only be stored when `refusal` says nothing. */
  get readsSamples(): boolean {
    return this.#views.hasMetricViews;
  }

  /**
   * Takes what views read of a batch that is on its way to the store; the batch stays as it is. Settles when that is
   * durable and the views have seen it; undefined when there is nothing of the kind.
   */
  acceptSamples(batch: Batch): Promise<Fault | undefined> | undefined {
    const record = this.readsSamples ? this.#tap.record(batch) : undefined;
    if (record === undefined) return undefined;
    const nowMs = this.#now();
    return this.#enter(SAMPLES, record, nowMs, () => {
      const samples = decodeSamples(record);
      this.#views.consumeSamples(samples, nowMs);
      return { kind: 'samples', record: samples, nowMs };
    });
  }

  #now(): number {
    return Math.max(this.#nowMs, this.#ports.clock.nowMs());
  }

  /** Appends to the log, and applies in its order. */
  #enter(kind: number, bytes: Uint8Array, nowMs: number, apply: () => Happening): Promise<Fault | undefined> {
    const { log } = this.#ports;
    const { position } = log;
    this.#nowMs = nowMs;
    log.append(encodeHeader({ ticksMs: this.#ticks, nowMs, kind }), bytes);
    this.#ticks = [];
    const durable = log.durable();
    this.#pending += 1;
    // A request whose durability is in doubt is in the log all the same: it will be replayed, so it must be seen now.
    const applied = this.#tail.then(async () => {
      const fault = await durable;
      this.#pending -= 1;
      const happening = apply();
      for (const recording of this.#recordings) recording.note(happening, position);
      return fault;
    });
    this.#tail = applied;
    return applied;
  }

  has(view: string): boolean {
    return this.#views.has(view);
  }

  status(): ViewStatus[] {
    return [...this.#views.status(), ...this.#backfills.status()];
  }

  /** The latest events that came too late, at most 20. */
  lateEvents(): readonly LateEvent[] {
    return this.#outlet.lateEvents;
  }

  /** Calls `listener` with every result of a view until the returned function is called. */
  listen(view: string, listener: ResultListener): () => void {
    return this.#outlet.listen(view, listener);
  }

  /** Stops the clock's work and writes a checkpoint, so that the next start has nothing to replay. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await this.#backfills.cancel();
    // One may be on its way to the disk already, without the latest requests.
    await this.#checkpoint;
    await this.#writeCheckpoint();
  }

  #replay(record: Uint8Array): void {
    try {
      const { ticksMs, nowMs, kind, bytes } = decodeRecord(record);
      for (const tickMs of ticksMs) this.#views.advance(tickMs);
      this.#nowMs = nowMs;
      if (kind === SAMPLES) {
        this.#views.consumeSamples(decodeSamples(bytes), nowMs);
        return;
      }
      const batch = this.#ports.decode(kind, bytes, nowMs);
      if (isFault(batch)) throw new FaultError(batch);
      this.#apply(batch, nowMs);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      this.#ports.logger.error('a logged request cannot be read again', { reason: error.message });
    }
  }

  #apply(batch: EventBatch, nowMs: number): Happening {
    this.#instruments.duplicates.add(this.#ids.dropRepeated(batch));
    this.#views.consume(batch, nowMs);
    return { kind: 'events', batch, nowMs };
  }

  #tick(): void {
    // A request on its way to the disk has an earlier place in the log than this tick.
    if (this.#pending > 0 || this.#ticks.length >= TICKS_MAX) return;
    const nowMs = this.#now();
    const moved = this.#views.advance(nowMs);
    if (moved) this.#ticks.push(nowMs);
    for (const recording of this.#recordings) {
      recording.note({ kind: 'tick', nowMs }, this.#ports.log.position);
    }
  }

  /** Begins a recording in the order of the log: requests that are in it by now are not part of it. */
  #record(): Promise<Recording> {
    const recording = new Recording(this.#ports.log.position, this.#ticks);
    this.#pending += 1;
    const begun = this.#tail.then(() => {
      this.#pending -= 1;
      this.#recordings.add(recording);
      return recording;
    });
    this.#tail = begun;
    return begun;
  }

  #writeCheckpoint(always = false): Promise<void> {
    const { log } = this.#ports;
    if (!always && log.recordsSinceCheckpoint === 0 && this.#ticks.length === 0) return this.#checkpoint;
    this.#checkpoint = log
      .checkpoint(() => {
        // Requests that are in the log by now come before it, later ones and the clock wait for it.
        this.#ticks = [];
        this.#pending += 1;
        const nowMs = this.#nowMs;
        const state = this.#tail.then(() => this.#encode(nowMs));
        this.#tail = state;
        return state;
      })
      .then(() => {});
    return this.#checkpoint;
  }

  async #encode(nowMs: number): Promise<Uint8Array> {
    const writer = new ByteWriter(64 * 1024);
    writer.float64(nowMs);
    await runInTurns(this.#ids.encode(writer), this.#ports.clock);
    await runInTurns(this.#views.encode(writer), this.#ports.clock);
    this.#pending -= 1;
    return writer.view();
  }
}
