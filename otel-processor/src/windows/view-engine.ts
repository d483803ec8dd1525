import {
  ByteReader,
  ByteWriter,
  type Fault,
  FaultError,
  isFault,
  retryable,
  type Timer,
  yieldToEventLoop,
} from '../base/index.ts';
import type { Batch, EventBatch } from '../model/index.ts';
import type { ViewConfig } from './config.ts';
import { engineInstruments } from './engine-instruments.ts';
import type { ResultListener, ViewEngineOptions, ViewEnginePorts } from './engine-types.ts';
import { decodeRecord, encodeHeader } from './record-header.ts';
import { batchOfResult } from './result-batch.ts';
import { decodeSamples, SampleTap } from './samples/index.ts';
import { SeenIds } from './seen-ids.ts';
import { ViewSet } from './view-set.ts';
import type { LateEvent, ViewResult, ViewStatus } from './view-types.ts';

/** Kind of the records that the engine itself makes; those of requests are the caller's. */
const SAMPLES = 0;
/** Late events of which an example is kept. */
const LATE_EXAMPLES = 20;
const TICK_MS = 50;
const RETRY_MS = 1000;
const TICKS_MAX = 1000;
/** How long a checkpoint may keep the event loop. */
const TURN_MS = 5;

/**
 * Events in, results out: makes each request durable, then hands it to the views in the order of the log, together
 * with the time at which it came. What the views do between requests because the clock moved is logged with the next
 * one, so that a replay from the last checkpoint leads to the same state and the same results; those are stored again,
 * which changes nothing.
 */
export class ViewEngine {
  readonly #options: ViewEngineOptions;
  readonly #ports: ViewEnginePorts;
  readonly #views: ViewSet;
  readonly #ids: SeenIds;
  readonly #tap: SampleTap;
  readonly #listeners = new Map<string, Set<ResultListener>>();
  readonly #late: LateEvent[] = [];
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
    this.#instruments = engineInstruments(ports.telemetry);
    this.#views = new ViewSet(configs, {
      logger: ports.logger,
      emit: (result) => this.#emit(result),
      tooLate: (event) => this.#noteLate(event),
      samplesLeft: (repeated, tooOld) => {
        this.#instruments.repeatedSamples.add(repeated);
        this.#instruments.oldSamples.add(tooOld);
      },
      ratioGaveUp: () => this.#instruments.ratioGaveUp.add(1),
    });
    this.#tap = new SampleTap({
      wanted: (labels) => this.#views.wants(labels),
      registry: ports.registry,
      seriesMax: options.seriesMax,
      refused: () => this.#instruments.refusedSamples.add(1),
    });
  }

  /** Brings back the state from a checkpoint and the records after it. */
  recover(checkpoint: Uint8Array | undefined, records: readonly Uint8Array[]): void {
    if (checkpoint !== undefined) {
      const reader = new ByteReader(checkpoint);
      this.#nowMs = reader.float64();
      this.#ids.decode(reader);
      this.#views.decode(reader);
    }
    for (const record of records) this.#replay(record);
    this.#tap.restore(this.#views.table, this.#nowMs);
    if (records.length > 0) this.#ports.logger.info('replayed events', { requests: records.length });
  }

  /** Lets the clock drive watermarks, early results and checkpoints. */
  start(): void {
    const { clock } = this.#ports;
    this.#timers.push(
      clock.every(TICK_MS, () => this.#tick()),
      clock.every(this.#options.checkpointEveryMs, () => void this.#writeCheckpoint()),
    );
  }

  /** Why nothing can be taken at present, or undefined. */
  refusal(): Fault | undefined {
    const { log } = this.#ports;
    if (log.failure !== undefined) return log.failure;
    if (log.pendingBytes <= this.#options.pendingBytesMax) return undefined;
    return retryable(
      'overloaded',
      'the disk cannot keep up: more than store.wal_pending_max waits',
      RETRY_MS,
    );
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
    return this.#enter(SAMPLES, record, nowMs, () =>
      this.#views.consumeSamples(decodeSamples(record), nowMs),
    );
  }

  #now(): number {
    return Math.max(this.#nowMs, this.#ports.clock.nowMs());
  }

  /** Appends to the log, and applies in its order. */
  #enter(kind: number, bytes: Uint8Array, nowMs: number, apply: () => void): Promise<Fault | undefined> {
    const { log } = this.#ports;
    this.#nowMs = nowMs;
    log.append(encodeHeader({ ticksMs: this.#ticks, nowMs, kind }), bytes);
    this.#ticks = [];
    const durable = log.durable();
    this.#pending += 1;
    // A request whose durability is in doubt is in the log all the same: it will be replayed, so it must be seen now.
    const applied = this.#tail.then(async () => {
      const fault = await durable;
      this.#pending -= 1;
      apply();
      return fault;
    });
    this.#tail = applied;
    return applied;
  }

  has(view: string): boolean {
    return this.#views.has(view);
  }

  status(): ViewStatus[] {
    return this.#views.status();
  }

  /** The latest events that came too late, at most 20. */
  lateEvents(): readonly LateEvent[] {
    return this.#late;
  }

  /** Calls `listener` with every result of a view until the returned function is called. */
  listen(view: string, listener: ResultListener): () => void {
    const listeners = this.#listeners.get(view) ?? new Set();
    this.#listeners.set(view, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Stops the clock's work and writes a checkpoint, so that the next start has nothing to replay. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
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

  #apply(batch: EventBatch, nowMs: number): void {
    const { ids } = batch;
    if (ids !== undefined) {
      // Names are what views go by: without one an event is nobody's.
      for (let row = 0; row < batch.count; row++) {
        const id = ids[row];
        if (id === undefined || this.#ids.add(id)) continue;
        batch.names[row] = '';
        this.#instruments.duplicates.add(1);
      }
    }
    this.#views.consume(batch, nowMs);
  }

  #tick(): void {
    // A request on its way to the disk has an earlier place in the log than this tick.
    if (this.#pending > 0 || this.#ticks.length >= TICKS_MAX) return;
    const nowMs = this.#now();
    if (this.#views.advance(nowMs)) this.#ticks.push(nowMs);
  }

  #writeCheckpoint(): Promise<void> {
    const { log } = this.#ports;
    if (log.recordsSinceCheckpoint === 0 && this.#ticks.length === 0) return this.#checkpoint;
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

  /** In turns, so that the doors stay open meanwhile. */
  async #encode(nowMs: number): Promise<Uint8Array> {
    const { clock } = this.#ports;
    const writer = new ByteWriter(64 * 1024);
    writer.float64(nowMs);
    let turnEndMs = clock.monotonicMs() + TURN_MS;
    for (const steps of [this.#ids.encode(writer), this.#views.encode(writer)]) {
      for (const _ of steps) {
        if (clock.monotonicMs() < turnEndMs) continue;
        await yieldToEventLoop();
        turnEndMs = clock.monotonicMs() + TURN_MS;
      }
    }
    this.#pending -= 1;
    return writer.view();
  }

  #emit(result: ViewResult): void {
    this.#instruments.results.add(1);
    if (result.kind === 'on_time' || result.kind === 'final') this.#store(result);
    for (const listener of this.#listeners.get(result.view) ?? []) listener(result);
  }

  #store(result: ViewResult): void {
    const batch = batchOfResult(result, this.#ports.resolver);
    const { view } = result;
    void this.#ports.write(batch).then((fault) => {
      if (fault === undefined) return;
      this.#instruments.unstored.add(1);
      this.#ports.logger.warn('results of a view could not be stored', { view, reason: fault.message });
    });
  }

  #noteLate(event: LateEvent): void {
    this.#instruments.late.add(1);
    this.#late.push(event);
    if (this.#late.length > LATE_EXAMPLES) this.#late.shift();
  }
}
