import { mergePacked, type PackedSlice, packedSizeBytes, packSlice } from './packed-slice.ts';
import type { ResultTable } from './row-pool.ts';

/** Slices under one node of the next level. */
const FANOUT = 4;

/** Largest piece that begins at a slice: its level (0 is the slice itself), and its width in slices. */
export interface Piece {
  readonly level: number;
  readonly width: number;
}

/** Nodes of 4, 16, 64, ... packed slices, made when a window needs them, gone when a slice below them changes. */
export class SliceNodes {
  /** By level, from 1. */
  readonly #levels: Array<Map<number, PackedSlice>> = [];
  readonly #scratch: ResultTable;
  sizeBytes = 0;

  /** `scratch` is where nodes are put together. */
  constructor(slicesPerWindow: number, scratch: ResultTable) {
    this.#scratch = scratch;
    for (let width = FANOUT; width <= slicesPerWindow; width *= FANOUT) this.#levels.push(new Map());
  }

  /** The largest piece that begins at slice `at` and ends by `end`. */
  largestAt(at: number, end: number): Piece {
    let level = 0;
    let width = 1;
    while (level < this.#levels.length && at % (width * FANOUT) === 0 && at + width * FANOUT <= end) {
      level += 1;
      width *= FANOUT;
    }
    return { level, width };
  }

  /** Node `at` of a level: slices [at * width, (at + 1) * width). */
  get(
    level: number,
    at: number,
    sliceAt: (index: number) => PackedSlice | undefined,
    keyIdEnd: number,
  ): PackedSlice {
    const known = this.#levels[level - 1].get(at);
    if (known !== undefined) return known;
    const children: PackedSlice[] = [];
    for (let child = at * FANOUT; child < (at + 1) * FANOUT; child++) {
      const packed = level > 1 ? this.get(level - 1, child, sliceAt, keyIdEnd) : sliceAt(child);
      if (packed !== undefined) children.push(packed);
    }
    this.#scratch.reset(keyIdEnd);
    for (const child of children) mergePacked(child, this.#scratch);
    const node = packSlice(this.#scratch, this.#scratch.columns);
    this.#levels[level - 1].set(at, node);
    this.sizeBytes += packedSizeBytes(node);
    return node;
  }

  /** A slice changed: the nodes above it are made again when needed. */
  invalidate(index: number): void {
    let at = index;
    for (const level of this.#levels) {
      at = Math.floor(at / FANOUT);
      this.#remove(level, at);
    }
  }

  /** Removes all nodes that reach below slice `indexEnd`. */
  drop(indexEnd: number): void {
    let width = 1;
    for (const level of this.#levels) {
      width *= FANOUT;
      for (const at of level.keys()) if (at * width < indexEnd) this.#remove(level, at);
    }
  }

  #remove(level: Map<number, PackedSlice>, at: number): void {
    const node = level.get(at);
    if (node === undefined) return;
    level.delete(at);
    this.sizeBytes -= packedSizeBytes(node);
  }
}
