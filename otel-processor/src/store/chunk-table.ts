import { grow, NO_CHUNK } from './series-columns.ts';

export const KIND_FLOAT = 0;
export const KIND_HISTOGRAM = 1;

/** What is known of each chunk of the head, one column per fact. Ids of freed chunks are used again. */
export class ChunkTable {
  capacity = 1024;
  /** Number of live chunks. */
  count = 0;
  blocks = new Uint32Array(1024);
  sizeClasses = new Uint8Array(1024);
  kinds = new Uint8Array(1024);
  /** 1 while the chunk is being written to a block. */
  sealing = new Uint8Array(1024);
  usedBytes = new Uint32Array(1024);
  sampleCounts = new Uint32Array(1024);
  minTimesMs = new Float64Array(1024);
  maxTimesMs = new Float64Array(1024);
  /** The series' next newer chunk. */
  next = new Int32Array(1024);
  #free = NO_CHUNK;
  #end = 0;

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

  /** A copy that later appends do not change. */
  clone(): ChunkTable {
    const copy = new ChunkTable();
    copy.capacity = this.capacity;
    copy.count = this.count;
    copy.blocks = this.blocks.slice();
    copy.sizeClasses = this.sizeClasses.slice();
    copy.kinds = this.kinds.slice();
    copy.usedBytes = this.usedBytes.slice();
    copy.sampleCounts = this.sampleCounts.slice();
    copy.minTimesMs = this.minTimesMs.slice();
    copy.maxTimesMs = this.maxTimesMs.slice();
    copy.next = this.next.slice();
    return copy;
  }

  #grow(): void {
    const capacity = Math.ceil(this.capacity * 1.3);
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
