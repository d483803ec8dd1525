import { FaultError, isFault, yieldToEventLoop } from '../base/index.ts';
import type { EventBatch, LabelSet } from '../model/index.ts';
import type { ViewEnginePorts } from './engine-types.ts';
import { decodeRecord } from './record-header.ts';
import type { Happening, Recording } from './recording.ts';
import { type SampleRecord, SeriesTable, takeRecord } from './samples/index.ts';
import { SeenIds } from './seen-ids.ts';
import { StoredSamples } from './stored-samples.ts';
import type { View } from './view.ts';
import { newestBy } from './view-set.ts';

export interface BackfillPorts {
  readonly engine: Pick<ViewEnginePorts, 'clock' | 'logger' | 'log' | 'decode' | 'readSamples'>;
  readonly idsMax: number;
  readonly seriesMax: number;
  /** Records what happens to the views from some place in the log on, until `forget`. */
  record(): Promise<Recording>;
  forget(recording: Recording): void;
  /** What a reference in recorded samples stands for. */
  labelsOf(ref: number): LabelSet | undefined;
  /** Puts the view in, with what it knows of series; in the turn in which nothing recorded is left. */
  install(view: View, table: SeriesTable): void;
  /** Settles when the view's results so far are stored. */
  stored(): Promise<void>;
}

/** How long one turn of the event loop may be. */
const TURN_MS = 5;
/** Chunks of stored samples: as many rows as are welcome at once, and steps in which windows are closed after. */
const ROWS_WELCOME = 50_000;
const CHUNK_WINDOWS_MAX = 64;
const CHUNK_MS_MIN = 60_000;

/**
 * Computes a view over what is stored, beside the live views: events again from the log, or samples from the store, in
 * order of time and in short turns. What comes meanwhile is recorded; when the past has been read the recording is
 * caught up with, and the view put in where nothing is left of it. So every request is in it once.
 */
export class Backfill {
  /** Share of the past that was computed. */
  progress = 0;
  readonly view: View;
  readonly #fromMs: number;
  readonly #untilMs: number;
  readonly #ports: BackfillPorts;
  readonly #table = new SeriesTable();
  readonly #samples: StoredSamples;
  readonly #ids: SeenIds;
  #turnEndMs = 0;
  #canceled = false;

  constructor(view: View, fromMs: number, untilMs: number, ports: BackfillPorts) {
    this.view = view;
    this.#fromMs = fromMs;
    this.#untilMs = untilMs;
    this.#ports = ports;
    this.#samples = new StoredSamples(view, this.#table, ports.seriesMax);
    this.#ids = new SeenIds(ports.idsMax);
  }

  /** The view is in. */
  isDone = false;

  cancel(): void {
    this.#canceled = true;
  }

  /** Puts the view in as it is. */
  giveUp(): void {
    if (!this.isDone) this.#ports.install(this.view, this.#table);
    this.isDone = true;
  }

  /** Settles when the view is in, or the backfill was canceled. Rejects when the past cannot be read. */
  async run(): Promise<void> {
    if (this.view.source.kind === 'metric') await this.#runSamples();
    else await this.#runEvents();
  }

  async #runEvents(): Promise<void> {
    const { log } = this.#ports.engine;
    for (let position = 0; !this.#canceled; ) {
      const recording = await this.#ports.record();
      try {
        await log.durable();
        for await (const { payload } of log.records(position, recording.position)) {
          if (this.#canceled) return;
          this.#replay(payload);
          await this.#pause();
        }
        if (await this.#catchUp(recording)) return;
        position = recording.endPosition ?? recording.position;
      } finally {
        this.#ports.forget(recording);
      }
    }
  }

  #replay(payload: Uint8Array): void {
    const { decode, logger } = this.#ports.engine;
    try {
      const { ticksMs, nowMs, kind, bytes } = decodeRecord(payload);
      if (nowMs < this.#fromMs) return;
      this.#note(nowMs);
      for (const tickMs of ticksMs) this.view.advance(tickMs);
      // Kind 0 is samples, which are read from the store.
      if (kind === 0) return;
      const batch = decode(kind, bytes, nowMs);
      if (isFault(batch)) throw new FaultError(batch);
      this.#consume(batch, nowMs);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      logger.error('a logged request cannot be read again', { reason: error.message });
    }
  }

  async #runSamples(): Promise<void> {
    const { sizeMs, settledMs } = this.view.timing;
    const chunkMsMin = Math.max(sizeMs, CHUNK_MS_MIN);
    let chunkMs = chunkMsMin;
    let atMs = this.#fromMs;
    // Samples may come late for what ends after this.
    while (atMs + chunkMs < this.#untilMs - settledMs && !this.#canceled) {
      const rows = await this.#readChunk(atMs, atMs + chunkMs);
      atMs += chunkMs;
      this.#note(atMs);
      if (rows < ROWS_WELCOME) chunkMs = Math.min(chunkMs * 2, chunkMsMin * CHUNK_WINDOWS_MAX);
      else chunkMs = Math.max(chunkMs / 2, chunkMsMin);
    }
    while (!this.#canceled) {
      const recording = await this.#ports.record();
      try {
        // What comes meanwhile may be read and be recorded: seen twice it counts once.
        await this.#readChunk(atMs, Number.MAX_SAFE_INTEGER);
        if (await this.#catchUp(recording)) return;
      } finally {
        this.#ports.forget(recording);
      }
    }
  }

  /** Reads the samples in [fromMs, toMs), then closes the windows that end there. Returns how many there were. */
  async #readChunk(fromMs: number, toMs: number): Promise<number> {
    const { selectorMatchers } = this.view;
    const records: SampleRecord[] = [];
    let rows = 0;
    await this.#ports.engine.readSamples(selectorMatchers, fromMs, toMs, (series) => {
      const record = this.#samples.recordOf(series, fromMs, toMs);
      if (record === undefined) return;
      rows += record.count;
      records.push(record);
    });
    const clockMs = Math.min(toMs, this.#untilMs);
    for (const record of records) {
      this.#consumeSamples(record, clockMs);
      await this.#pause();
    }
    const stepMs = Math.max(1000, (clockMs - fromMs) / CHUNK_WINDOWS_MAX);
    for (let nowMs = fromMs + stepMs; nowMs < clockMs + stepMs; nowMs += stepMs) {
      this.view.advance(Math.min(nowMs, clockMs));
      await this.#pause();
    }
    await this.#ports.stored();
    return rows;
  }

  /** False when the recording was full before its end was reached. */
  async #catchUp(recording: Recording): Promise<boolean> {
    while (!this.#canceled) {
      const happening = recording.take();
      if (happening === undefined) {
        if (recording.endPosition !== undefined) return false;
        this.progress = 1;
        this.isDone = true;
        this.#ports.install(this.view, this.#table);
        return true;
      }
      this.#happen(happening);
      await this.#pause();
    }
    return true;
  }

  #happen(happening: Happening): void {
    const { nowMs } = happening;
    if (happening.kind === 'tick') this.view.advance(nowMs);
    else if (happening.kind === 'events') {
      this.view.advance(nowMs);
      this.#feed(happening.batch, nowMs);
    } else if (this.view.source.kind === 'metric') {
      this.view.advance(nowMs);
      const record = this.#samples.translate(happening.record, (ref) => this.#ports.labelsOf(ref));
      this.#consumeSamples(record, nowMs);
      this.view.advance(nowMs);
    }
  }

  #consume(batch: EventBatch, nowMs: number): void {
    this.#ids.dropRepeated(batch);
    this.view.advance(nowMs);
    this.#feed(batch, nowMs);
  }

  #feed(batch: EventBatch, nowMs: number): void {
    if (this.view.source.kind !== 'events') return;
    this.view.consume(batch);
    const newest = newestBy(batch.count, batch.timestampsMs, (row) => batch.sources[row]);
    for (const [source, newestMs] of newest) this.view.observe(source, newestMs, nowMs);
    this.view.advance(nowMs);
  }

  #consumeSamples(record: SampleRecord, nowMs: number): void {
    const columns = takeRecord(record, this.#table);
    this.view.consumeSamples(columns, this.#table);
    const { count, refs, timestampsMs } = columns;
    const newest = newestBy(count, timestampsMs, (row) => this.#table.get(refs[row])!.source);
    for (const [source, newestMs] of newest) this.view.observe(source, newestMs, nowMs);
  }

  #note(atMs: number): void {
    const share = (atMs - this.#fromMs) / Math.max(1, this.#untilMs - this.#fromMs);
    this.progress = Math.max(this.progress, Math.min(1, share));
  }

  async #pause(): Promise<void> {
    const { clock } = this.#ports.engine;
    if (clock.monotonicMs() < this.#turnEndMs) return;
    await this.#ports.stored();
    await yieldToEventLoop();
    this.#turnEndMs = clock.monotonicMs() + TURN_MS;
  }
}
