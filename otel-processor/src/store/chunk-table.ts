import { grow, NO_CHUNK } from './series-columns.ts';

/** See `series-columns.ts` for why it is large. */
const CAPACITY_MIN = 65_536;

export const KIND_FLOAT = 0;
export const KIND_HISTOGRAM = 1;

/** What is known of each chunk of the head, one column per fact. Ids of freed chunks are used again; 0 is none. */
export class ChunkTable {
  capacity: number;
  /** Number of live chunks. */
  count = 0;
  blocks: Uint32Array<ArrayBuffer>;
  sizeClasses: Uint8Array<ArrayBuffer>;
  kinds: Uint8Array<ArrayBuffer>;
  /** 1 while the chunk is being written to a block. */
  sealing: Uint8Array<ArrayBuffer>;
  usedBytes: Uint32Array<ArrayBuffer>;
  sampleCounts: Uint32Array<ArrayBuffer>;
  minTimesMs: Float64Array<ArrayBuffer>;
  maxTimesMs: Float64Array<ArrayBuffer>;
  /** The series' next newer chunk. */
  next: Int32Array<ArrayBuffer>;
  #free = NO_CHUNK;
  #end = 1;

  constructor(capacity = CAPACITY_MIN) {
    this.capacity = capacity;
    this.blocks = new Uint32Array(capacity);
    this.sizeClasses = new Uint8Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.sealing = new Uint8Array(capacity);
    this.usedBytes = new Uint32Array(capacity);
    this.sampleCounts = new Uint32Array(capacity);
    this.minTimesMs = new Float64Array(capacity);
    this.maxTimesMs = new Float64Array(capacity);
    this.next = new Int32Array(capacity);
  }

  add(block: number, sizeClass: number, kind: number): number {
    let chunk = this.#free;
    if (chunk === NO_CHUNK) {
      if (this.#end === this.capacity) this.#grow();
      chunk = this.#end++;
    } else {
      this.#free = this.next[chunk];
    }
    this.count += 1;
    this.blocks[chunk] = block;
    this.sizeClasses[chunk] = sizeClass;
    this.kinds[chunk] = kind;
    this.sealing[chunk] = 0;
    this.usedBytes[chunk] = 0;
    this.sampleCounts[chunk] = 0;
    this.next[chunk] = NO_CHUNK;
    return chunk;
  }

  remove(chunk: number): void {
    this.count -= 1;
    this.next[chunk] = this.#free;
    this.#free = chunk;
  }

  /** A copy that later appends do not change; for reading only. */
  clone(): ChunkTable {
    const copy = new ChunkTable(0);
    copy.capacity = this.#end;
    copy.count = this.count;
    copy.blocks = this.blocks.slice(0, this.#end);
    copy.sizeClasses = this.sizeClasses.slice(0, this.#end);
    copy.kinds = this.kinds.slice(0, this.#end);
    copy.usedBytes = this.usedBytes.slice(0, this.#end);
    copy.sampleCounts = this.sampleCounts.slice(0, this.#end);
    copy.minTimesMs = this.minTimesMs.slice(0, this.#end);
    copy.maxTimesMs = this.maxTimesMs.slice(0, this.#end);
    copy.next = this.next.slice(0, this.#end);
    return copy;
  }

  #grow(): void {
    const capacity = this.capacity * 2;
    this.blocks = grow(this.blocks, new Uint32Array(capacity));
    this.sizeClasses = grow(this.sizeClasses, new Uint8Array(capacity));
    this.kinds = grow(this.kinds, new Uint8Array(capacity));
    this.sealing = grow(this.sealing, new Uint8Array(capacity));
    this.usedBytes = grow(this.usedBytes, new Uint32Array(capacity));
    this.sampleCounts = grow(this.sampleCounts, new Uint32Array(capacity));
    this.minTimesMs = grow(this.minTimesMs, new Float64Array(capacity));
    this.maxTimesMs = grow(this.maxTimesMs, new Float64Array(capacity));
    this.next = grow(this.next, new Int32Array(capacity));
    this.capacity = capacity;
  }
}
