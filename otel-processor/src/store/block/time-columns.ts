import type { SampleBuffer } from '../types.ts';
import type { DataWriter } from './data-writer.ts';
import { NumberColumnCodec } from './number-column.ts';
import { PageBuilder } from './page.ts';
import type { PageSpan, TimeColumn } from './strip-index.ts';

/** Columns of timestamps kept for comparison, per strip. Beyond it equal columns are written again. */
const KEPT_BYTES_MAX = 64 << 20;

/** Writes the distinct columns of timestamps of one strip, each once. */
export class TimeColumnWriter {
  readonly columns: TimeColumn[] = [];
  readonly #spans: PageSpan[] = [];
  readonly #page = new PageBuilder();
  readonly #codec = new NumberColumnCodec();
  readonly #data: DataWriter;
  readonly #pageBytes: number;
  /** By hash: numbers of kept columns. */
  readonly #byHash = new Map<number, number[]>();
  readonly #kept: (Float64Array | undefined)[] = [];
  #keptBytes = 0;

  constructor(data: DataWriter, pageBytes: number) {
    this.#data = data;
    this.#pageBytes = pageBytes;
  }

  /** Number of the column that equals timestamps [start, end) of the buffer; `end` > `start`. */
  find(buffer: SampleBuffer, start: number, end: number): number {
    const hash = hashTimes(buffer.timestampsMs, start, end);
    const alike = this.#byHash.get(hash);
    if (alike !== undefined) {
      for (const column of alike) {
        if (equalTimes(this.#kept[column]!, buffer.timestampsMs, start, end)) return column;
      }
    }
    return this.#add(buffer, start, end, hash);
  }

  /** Whether a page is full: then `flushPage` is to be called before the next `find`. */
  get pageFull(): boolean {
    return this.#page.sizeBytes >= this.#pageBytes;
  }

  async flushPage(): Promise<void> {
    if (this.#page.slotCount > 0) this.#spans.push(await this.#data.append(this.#page));
  }

  async finish(): Promise<PageSpan[]> {
    await this.flushPage();
    return this.#spans;
  }

  #add(buffer: SampleBuffer, start: number, end: number, hash: number): number {
    const times = buffer.timestampsMs.slice(start, end);
    this.#codec.write(times, new Uint32Array(times.buffer), times.length, this.#page.out);
    this.#page.closeSlot();
    const column = this.columns.length;
    this.columns.push({
      count: times.length,
      minTimeMs: Math.floor(times[0]),
      maxTimeMs: Math.ceil(times[times.length - 1]),
    });
    if (this.#keptBytes + times.byteLength <= KEPT_BYTES_MAX) {
      this.#keptBytes += times.byteLength;
      this.#kept[column] = times;
      const alike = this.#byHash.get(hash);
      if (alike === undefined) this.#byHash.set(hash, [column]);
      else alike.push(column);
    }
    return column;
  }
}

function hashTimes(times: Float64Array, start: number, end: number): number {
  const first = times[start];
  let hash = (end - start) ^ first;
  for (let i = start; i < end; i++) {
    // Distances fit in 32 bits as long as a strip spans less than 24 days; beyond that only the hash gets worse.
    hash = Math.imul(hash ^ (times[i] - first), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function equalTimes(kept: Float64Array, times: Float64Array, start: number, end: number): boolean {
  if (kept.length !== end - start) return false;
  for (let i = 0; i < kept.length; i++) if (kept[i] !== times[start + i]) return false;
  return true;
}
