/** No chunk. Zero, so that fresh columns need no filling: memory that was never touched costs nothing. */
export const NO_CHUNK = 0;
/**
 * Columns begin this long and double. Growing leaves a hole in the process's memory each time, while the unused
 * rest of a large fresh column is not resident: measured at 100 k series, 350 bytes less per series than from 1024.
 */
const CAPACITY_MIN = 65_536;

/**
 * What the head knows of each series: one column per fact, indexed by series id, no object per series.
 * Everything from `mantissas` down is the state of the encoder in the series' open chunk (`chunk-encoder.ts`).
 */
export class SeriesColumns {
  capacity: number;
  /** Newest sample; -Infinity when there has been none. Valid after `reset`. */
  timestampsMs: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
  /** Integer view of `values`, for NaNs with meaning. */
  words: Uint32Array<ArrayBuffer>;
  /** Kind of the newest sample: KIND_FLOAT or KIND_HISTOGRAM. */
  kinds: Uint8Array<ArrayBuffer>;
  /** Minute of the epoch, by the wall clock, of the last append. */
  seenMinutes: Uint32Array<ArrayBuffer>;
  /** Oldest and newest chunk of the series, in `ChunkTable`. */
  firstChunks: Int32Array<ArrayBuffer>;
  lastChunks: Int32Array<ArrayBuffer>;
  /** The open chunk, which is then also the last; else NO_CHUNK. */
  openChunks: Int32Array<ArrayBuffer>;
  /** End, exclusive, of the block range of the open chunk; -Infinity without one. */
  openUntilMs: Float64Array<ArrayBuffer>;

  /** Decimal mantissa of the last sample that was written as one; a histogram's position in its chunk. */
  mantissas: Float64Array<ArrayBuffer>;
  mantissaDeltas: Int32Array<ArrayBuffer>;
  timestampDeltas: Int32Array<ArrayBuffer>;
  exponents: Uint8Array<ArrayBuffer>;
  /** Samples to write raw before a decimal exponent is sought again. */
  rawCounts: Uint8Array<ArrayBuffer>;

  constructor(capacity = CAPACITY_MIN) {
    this.capacity = capacity;
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = new Uint32Array(this.values.buffer);
    this.kinds = new Uint8Array(capacity);
    this.seenMinutes = new Uint32Array(capacity);
    this.firstChunks = new Int32Array(capacity);
    this.lastChunks = new Int32Array(capacity);
    this.openChunks = new Int32Array(capacity);
    this.openUntilMs = new Float64Array(capacity);
    this.mantissas = new Float64Array(capacity);
    this.mantissaDeltas = new Int32Array(capacity);
    this.timestampDeltas = new Int32Array(capacity);
    this.exponents = new Uint8Array(capacity);
    this.rawCounts = new Uint8Array(capacity);
  }

  ensure(count: number): void {
    if (count <= this.capacity) return;
    const capacity = Math.max(count, this.capacity * 2);
    this.timestampsMs = grow(this.timestampsMs, new Float64Array(capacity));
    this.values = grow(this.values, new Float64Array(capacity));
    this.words = new Uint32Array(this.values.buffer);
    this.kinds = grow(this.kinds, new Uint8Array(capacity));
    this.seenMinutes = grow(this.seenMinutes, new Uint32Array(capacity));
    this.firstChunks = grow(this.firstChunks, new Int32Array(capacity));
    this.lastChunks = grow(this.lastChunks, new Int32Array(capacity));
    this.openChunks = grow(this.openChunks, new Int32Array(capacity));
    this.openUntilMs = grow(this.openUntilMs, new Float64Array(capacity));
    this.mantissas = grow(this.mantissas, new Float64Array(capacity));
    this.mantissaDeltas = grow(this.mantissaDeltas, new Int32Array(capacity));
    this.timestampDeltas = grow(this.timestampDeltas, new Int32Array(capacity));
    this.exponents = grow(this.exponents, new Uint8Array(capacity));
    this.rawCounts = grow(this.rawCounts, new Uint8Array(capacity));
    this.capacity = capacity;
  }

  /** A copy that later appends do not change, for the series ids below `count`. */
  clone(count: number): SeriesColumns {
    const copy = new SeriesColumns(0);
    copy.capacity = Math.min(count, this.capacity);
    const cut = <T extends { slice(start: number, end: number): T }>(column: T): T => column.slice(0, count);
    copy.timestampsMs = cut(this.timestampsMs);
    copy.values = cut(this.values);
    copy.words = new Uint32Array(copy.values.buffer);
    copy.kinds = cut(this.kinds);
    copy.seenMinutes = cut(this.seenMinutes);
    copy.firstChunks = cut(this.firstChunks);
    copy.lastChunks = cut(this.lastChunks);
    copy.openChunks = cut(this.openChunks);
    copy.openUntilMs = cut(this.openUntilMs);
    copy.mantissas = cut(this.mantissas);
    copy.mantissaDeltas = cut(this.mantissaDeltas);
    copy.timestampDeltas = cut(this.timestampDeltas);
    copy.exponents = cut(this.exponents);
    copy.rawCounts = cut(this.rawCounts);
    return copy;
  }

  /** As if the series had never had a sample. Its chunks must have been freed. */
  reset(seriesId: number): void {
    this.timestampsMs[seriesId] = Number.NEGATIVE_INFINITY;
    this.values[seriesId] = 0;
    this.firstChunks[seriesId] = NO_CHUNK;
    this.lastChunks[seriesId] = NO_CHUNK;
    this.close(seriesId);
  }

  /** The next sample begins a new chunk. */
  close(seriesId: number): void {
    this.openChunks[seriesId] = NO_CHUNK;
    this.openUntilMs[seriesId] = Number.NEGATIVE_INFINITY;
  }
}

export function grow<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  from: T,
  to: T,
): T {
  // Whole words, so that NaNs with meaning keep their bits.
  new Uint8Array(to.buffer).set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
  return to;
}
