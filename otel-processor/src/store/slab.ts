import { assert } from '../base/index.ts';

/** Smallest block in bytes; block sizes are 64 << sizeClass. */
export const UNIT_BYTES = 64;
/** Largest size class: 64 KiB. */
export const SIZE_CLASS_MAX = 10;
const SLAB_BYTES = 1 << 20;
const UNITS_PER_SLAB = SLAB_BYTES / UNIT_BYTES;
const SLAB_SHIFT = 14;
const UNIT_MASK = UNITS_PER_SLAB - 1;
const NONE = 0xffff_ffff;

interface Slab {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Views the same memory; a free block's first two words are its links. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Per unit: size class + 1 where a free block begins, else 0. */
  readonly freeClass: Uint8Array<ArrayBuffer>;
}

/** The smallest class whose blocks hold `sizeBytes`; above `SIZE_CLASS_MAX` there is none. */
export function sizeClassFor(sizeBytes: number): number {
  return sizeBytes <= UNIT_BYTES ? 0 : 26 - Math.clz32(sizeBytes - 1);
}

export function classBytes(sizeClass: number): number {
  return UNIT_BYTES << sizeClass;
}

/**
 * Buddy allocator over 1 MiB slabs (Knuth, TAOCP 1, 2.5). A block is named by a uint32: its address in units of
 * 64 bytes. Freed buddies merge, so that the small blocks which growing chunks leave behind serve as large ones.
 * Between `hold` and `unhold` freed blocks keep their content: a snapshot may still be reading them.
 */
export class SlabAllocator {
  readonly #slabs: Slab[] = [];
  /** Per size class the first free block, doubly linked through the blocks themselves. */
  readonly #heads = new Uint32Array(SIZE_CLASS_MAX + 1).fill(NONE);
  #usedBytes = 0;
  #held: number[] | undefined;

  /** Bytes handed out. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Bytes taken from the system. */
  get totalBytes(): number {
    return this.#slabs.length * SLAB_BYTES;
  }

  bytesOf(block: number): Uint8Array<ArrayBuffer> {
    return this.#slabs[block >>> SLAB_SHIFT].bytes;
  }

  /** Where the block begins in `bytesOf(block)`. */
  offsetOf(block: number): number {
    return (block & UNIT_MASK) * UNIT_BYTES;
  }

  allocate(sizeClass: number): number {
    let from = sizeClass;
    while (from <= SIZE_CLASS_MAX && this.#heads[from] === NONE) from++;
    if (from > SIZE_CLASS_MAX) {
      this.#addSlab();
      from = SIZE_CLASS_MAX;
    }
    const block = this.#heads[from];
    this.#unlink(block, from);
    while (from > sizeClass) {
      from -= 1;
      this.#link(block + (1 << from), from);
    }
    this.#usedBytes += classBytes(sizeClass);
    return block;
  }

  free(block: number, sizeClass: number): void {
    this.#usedBytes -= classBytes(sizeClass);
    if (this.#held === undefined) this.#merge(block, sizeClass);
    else this.#held.push(block, sizeClass);
  }

  /** From here on freed blocks are kept as they are. */
  hold(): void {
    assert(this.#held === undefined, 'slabs are held already');
    this.#held = [];
  }

  unhold(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (let i = 0; i < held.length; i += 2) this.#merge(held[i], held[i + 1]);
  }

  #merge(freed: number, freedClass: number): void {
    let block = freed;
    let sizeClass = freedClass;
    const { freeClass } = this.#slabs[block >>> SLAB_SHIFT];
    while (sizeClass < SIZE_CLASS_MAX) {
      const buddy = block ^ (1 << sizeClass);
      if (freeClass[buddy & UNIT_MASK] !== sizeClass + 1) break;
      this.#unlink(buddy, sizeClass);
      block &= ~(1 << sizeClass);
      block >>>= 0;
      sizeClass += 1;
    }
    this.#link(block, sizeClass);
  }

  #addSlab(): void {
    const bytes = new Uint8Array(SLAB_BYTES);
    const slab = this.#slabs.length;
    this.#slabs.push({
      bytes,
      words: new Uint32Array(bytes.buffer),
      freeClass: new Uint8Array(UNITS_PER_SLAB),
    });
    for (let unit = UNITS_PER_SLAB - (1 << SIZE_CLASS_MAX); unit >= 0; unit -= 1 << SIZE_CLASS_MAX) {
      this.#link(slab * UNITS_PER_SLAB + unit, SIZE_CLASS_MAX);
    }
  }

  #link(block: number, sizeClass: number): void {
    const slab = this.#slabs[block >>> SLAB_SHIFT];
    const next = this.#heads[sizeClass];
    const word = (block & UNIT_MASK) * (UNIT_BYTES / 4);
    slab.words[word] = next;
    slab.words[word + 1] = NONE;
    slab.freeClass[block & UNIT_MASK] = sizeClass + 1;
    if (next !== NONE) this.#setPrevious(next, block);
    this.#heads[sizeClass] = block;
  }

  #unlink(block: number, sizeClass: number): void {
    const slab = this.#slabs[block >>> SLAB_SHIFT];
    const word = (block & UNIT_MASK) * (UNIT_BYTES / 4);
    const next = slab.words[word];
    const previous = slab.words[word + 1];
    slab.freeClass[block & UNIT_MASK] = 0;
    if (next !== NONE) this.#setPrevious(next, previous);
    if (previous === NONE) this.#heads[sizeClass] = next;
    else this.#slabs[previous >>> SLAB_SHIFT].words[(previous & UNIT_MASK) * (UNIT_BYTES / 4)] = next;
  }

  #setPrevious(block: number, previous: number): void {
    this.#slabs[block >>> SLAB_SHIFT].words[(block & UNIT_MASK) * (UNIT_BYTES / 4) + 1] = previous;
  }
}
