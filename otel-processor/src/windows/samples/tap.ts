import {
  type Batch,
  type Histogram,
  isStale,
  type LabelSet,
  type SeriesRegistry,
  wordsOf,
} from '../../model/index.ts';
import { encodeSamples } from './sample-record.ts';
import type { SeriesTable } from './series-table.ts';

export interface TapPorts {
  /** Whether any view reads the series. */
  wanted(labels: LabelSet): boolean;
  readonly registry: Pick<SeriesRegistry, 'generation' | 'isLive' | 'labels'>;
  readonly seriesMax: number;
  /** A sample was left out because `seriesMax` series are followed already. */
  refused(): void;
}

const UNKNOWN = 0;
const UNWANTED = 1;
const REFUSED = 2;
/** Codes from here on are reference numbers. */
const FIRST_REF = 3;

/** A series without samples for so long, by the newest time of any, gives its reference to another. */
const IDLE_MS = 3_600_000;
const BATCHES_PER_SWEEP = 1000;

/**
 * Picks the samples that views read out of the batches on their way to the store, and writes them as a record for the
 * log. Names series by reference numbers that the record itself defines, so that a replay needs nothing else.
 */
export class SampleTap {
  readonly #ports: TapPorts;
  /** By series id: a code, or a reference. */
  #codes = new Uint32Array(1024);
  #generation = -1;
  #refs = new Map<string, number>();
  #free: number[] = [];
  #end = 0;
  /** By reference: the newest time, and the key under which the series is known. */
  #newestMs: number[] = [];
  #keys: Array<string | undefined> = [];
  #adopted: Array<readonly [number, LabelSet]> = [];
  #batches = 0;
  #rows = { refs: new Uint32Array(256), timestampsMs: new Float64Array(256), values: new Float64Array(256) };

  constructor(ports: TapPorts) {
    this.#ports = ports;
  }

  get seriesCount(): number {
    return this.#refs.size;
  }

  /** Starts from what a replay defined. */
  restore(table: SeriesTable, nowMs: number): void {
    this.forgetVerdicts();
    this.#refs = new Map();
    this.#free = [];
    this.#end = table.end;
    this.#newestMs = new Array(table.end).fill(nowMs);
    this.#keys = new Array(table.end).fill(undefined);
    for (let ref = 0; ref < table.end; ref++) {
      const series = table.get(ref);
      if (series === undefined) {
        this.#free.push(ref);
        continue;
      }
      this.#refs.set(series.labels.key, ref);
      this.#keys[ref] = series.labels.key;
    }
  }

  /** Which series are wanted may have changed. */
  forgetVerdicts(): void {
    this.#codes.fill(UNKNOWN);
  }

  /** A reference for a series that was read otherwise; undefined when there are too many. The next record defines it. */
  adopt(labels: LabelSet): number | undefined {
    const code = this.#refOf(labels, this.#adopted);
    return code === REFUSED ? undefined : code - FIRST_REF;
  }

  /** The record of the batch's rows that views read; undefined when there are none. The batch stays as it is. */
  record(batch: Batch): Uint8Array | undefined {
    const { registry } = this.#ports;
    if (registry.generation !== this.#generation) {
      this.#generation = registry.generation;
      this.forgetVerdicts();
    }
    const forgotten = ++this.#batches % BATCHES_PER_SWEEP === 0 ? this.#sweep() : [];
    const defined = this.#adopted;
    this.#adopted = [];
    const histograms = new Map<number, Histogram>();
    const words = wordsOf(batch.values);
    let count = 0;
    this.#reserve(batch.count);
    const { refs, timestampsMs, values } = this.#rows;
    for (let row = 0; row < batch.count; row++) {
      const seriesId = batch.seriesIds[row];
      let code = seriesId < this.#codes.length ? this.#codes[seriesId] : UNKNOWN;
      if (code === UNKNOWN) code = this.#learn(seriesId, defined);
      if (code === UNWANTED) continue;
      if (code === REFUSED) {
        this.#ports.refused();
        continue;
      }
      const histogram = batch.histograms?.get(row);
      if (histogram === undefined && isStale(words, row)) continue;
      const ref = code - FIRST_REF;
      if (histogram !== undefined) histograms.set(count, histogram);
      refs[count] = ref;
      timestampsMs[count] = batch.timestampsMs[row];
      values[count] = histogram === undefined ? batch.values[row] : Number.NaN;
      count += 1;
      if (timestampsMs[count - 1] > this.#newestMs[ref]) this.#newestMs[ref] = timestampsMs[count - 1];
    }
    if (count === 0 && defined.length === 0 && forgotten.length === 0) return undefined;
    return encodeSamples({ forgotten, defined, count, refs, timestampsMs, values, histograms });
  }

  #reserve(count: number): void {
    if (this.#rows.refs.length >= count) return;
    this.#rows = {
      refs: new Uint32Array(count * 2),
      timestampsMs: new Float64Array(count * 2),
      values: new Float64Array(count * 2),
    };
  }

  #learn(seriesId: number, defined: Array<readonly [number, LabelSet]>): number {
    if (seriesId >= this.#codes.length) {
      const grown = new Uint32Array(Math.max(seriesId + 1, this.#codes.length * 2));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    const { registry } = this.#ports;
    // A series that was retired meanwhile: the store will refuse the batch.
    if (!registry.isLive(seriesId)) return UNWANTED;
    const labels = registry.labels(seriesId);
    const code = this.#ports.wanted(labels) ? this.#refOf(labels, defined) : UNWANTED;
    this.#codes[seriesId] = code;
    return code;
  }

  #refOf(labels: LabelSet, defined: Array<readonly [number, LabelSet]>): number {
    const known = this.#refs.get(labels.key);
    if (known !== undefined) return known + FIRST_REF;
    if (this.#refs.size >= this.#ports.seriesMax) return REFUSED;
    const ref = this.#free.pop() ?? this.#end++;
    this.#refs.set(labels.key, ref);
    this.#keys[ref] = labels.key;
    this.#newestMs[ref] = Number.NEGATIVE_INFINITY;
    defined.push([ref, labels]);
    return ref + FIRST_REF;
  }

  /** References of series that sent nothing for long. */
  #sweep(): number[] {
    let newestMs = Number.NEGATIVE_INFINITY;
    for (let ref = 0; ref < this.#end; ref++) {
      if (this.#keys[ref] !== undefined) newestMs = Math.max(newestMs, this.#newestMs[ref]);
    }
    const idle: number[] = [];
    for (let ref = 0; ref < this.#end; ref++) {
      const key = this.#keys[ref];
      if (key === undefined || this.#newestMs[ref] >= newestMs - IDLE_MS) continue;
      idle.push(ref);
      this.#refs.delete(key);
      this.#keys[ref] = undefined;
      this.#free.push(ref);
    }
    if (idle.length > 0) this.forgetVerdicts();
    return idle;
  }
}

/** Moves what one table knows of its series to another, under references of the tap; as many as it has. */
export function adoptSeries(from: SeriesTable, into: SeriesTable, tap: SampleTap): void {
  for (const [ref, { labels }] of from.all()) {
    const adopted = tap.adopt(labels);
    if (adopted === undefined) return;
    into.define(adopted, labels);
    into.memory.adopt(adopted, from.memory, ref);
  }
}
