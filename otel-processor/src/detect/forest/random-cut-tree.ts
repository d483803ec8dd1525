const NONE = -1;

/** What the state of one tree takes. */
export function treeBytes(capacity: number, dimensions: number): number {
  const nodes = 2 * capacity;
  const floats = capacity * dimensions + nodes + 2 * nodes * dimensions;
  const ints = 5 * nodes + capacity + capacity + 1 + 1;
  return floats * 8 + Math.ceil(ints / 2) * 8;
}

/**
 * One robust random cut tree (Guha, Mishra, Roy, Schrijvers, "Robust random cut forest based anomaly detection on
 * streams", ICML 2016) over at most `capacity` points of `dimensions` numbers. A point's displacement is how much the
 * tree would shrink around it without it: high where nothing else is near. Nodes are columns; leaves are the slots of
 * points, inner nodes come after them.
 */
export class RandomCutTree {
  readonly #capacity: number;
  readonly #dimensions: number;
  readonly #random: () => number;
  readonly #points: Float64Array;
  readonly #parent: Int32Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #cutDimension: Int32Array;
  /** Points below; of a leaf how many equal ones it stands for. */
  readonly #count: Int32Array;
  /** Which leaf each slot of points is at: equal points share one. */
  readonly #leafOf: Int32Array;
  /** Inner nodes not in use: a stack, with its length in the last place. */
  readonly #free: Int32Array;
  /** The root, in a column so that it is part of the state. */
  readonly #root: Int32Array;
  readonly #cutAt: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  /**
   * `state` is `treeBytes(capacity, dimensions)` long: all zeros for an empty tree, or what another tree left there.
   * `random` gives numbers in [0, 1).
   */
  constructor(capacity: number, dimensions: number, state: Uint8Array<ArrayBuffer>, random: () => number) {
    const nodes = 2 * capacity;
    this.#capacity = capacity;
    this.#dimensions = dimensions;
    this.#random = random;
    const { buffer } = state;
    let at = state.byteOffset;
    const floats = (length: number): Float64Array => {
      at += length * 8;
      return new Float64Array(buffer, at - length * 8, length);
    };
    const ints = (length: number): Int32Array => {
      at += length * 4;
      return new Int32Array(buffer, at - length * 4, length);
    };
    this.#points = floats(capacity * dimensions);
    this.#cutAt = floats(nodes);
    this.#low = floats(nodes * dimensions);
    this.#high = floats(nodes * dimensions);
    this.#parent = ints(nodes);
    this.#left = ints(nodes);
    this.#right = ints(nodes);
    this.#cutDimension = ints(nodes);
    this.#count = ints(nodes);
    this.#leafOf = ints(capacity);
    this.#free = ints(capacity + 1);
    this.#root = ints(1);
    if (this.#free[capacity] === 0 && this.#root[0] === 0) this.#begin();
  }

  #begin(): void {
    for (const column of [this.#parent, this.#left, this.#right, this.#leafOf, this.#root]) column.fill(NONE);
    for (let i = 0; i < this.#capacity; i++) this.#free[i] = this.#capacity + i;
    this.#free[this.#capacity] = this.#capacity;
  }

  /** Puts a point at `slot`, in place of the one that was there. */
  replace(slot: number, point: Float64Array): void {
    if (this.#leafOf[slot] !== NONE) this.#remove(slot);
    this.#points.set(point, slot * this.#dimensions);
    this.#insert(slot);
  }

  #insert(slot: number): void {
    const d = this.#dimensions;
    const at = slot * d;
    for (let i = 0; i < d; i++) {
      this.#low[at + i] = this.#points[at + i];
      this.#high[at + i] = this.#points[at + i];
    }
    this.#count[slot] = 1;
    this.#leafOf[slot] = slot;
    if (this.#root[0] === NONE) {
      this.#parent[slot] = NONE;
      this.#root[0] = slot;
      return;
    }
    let node = this.#root[0];
    for (;;) {
      const cut = this.#cut(node, at);
      if (cut !== undefined) {
        this.#split(node, slot, cut.dimension, cut.at);
        return;
      }
      if (node < this.#capacity) {
        this.#count[node] += 1;
        this.#leafOf[slot] = node;
        this.#addUp(this.#parent[node], 1);
        return;
      }
      node =
        this.#points[at + this.#cutDimension[node]] <= this.#cutAt[node]
          ? this.#left[node]
          : this.#right[node];
    }
  }

  #remove(slot: number): void {
    const leaf = this.#leafOf[slot];
    this.#leafOf[slot] = NONE;
    if (this.#count[leaf] > 1) {
      this.#count[leaf] -= 1;
      this.#addUp(this.#parent[leaf], -1);
      if (leaf === slot) this.#moveLeaf(slot);
      return;
    }
    const parent = this.#parent[leaf];
    if (parent === NONE) {
      this.#root[0] = NONE;
      return;
    }
    const sibling = this.#left[parent] === leaf ? this.#right[parent] : this.#left[parent];
    this.#put(parent, sibling);
    this.#free[this.#free[this.#capacity]++] = parent;
    for (let node = this.#parent[sibling]; node !== NONE; node = this.#parent[node]) {
      this.#count[node] -= 1;
      this.#boundBy(node);
    }
  }

  /** Collusive displacement of the point at `slot`: the greatest share of siblings to itself on the way up. */
  displacement(slot: number): number {
    let node = this.#leafOf[slot];
    let greatest = 0;
    for (let parent = this.#parent[node]; parent !== NONE; parent = this.#parent[node]) {
      const siblings = this.#count[parent] - this.#count[node];
      greatest = Math.max(greatest, siblings / this.#count[node]);
      node = parent;
    }
    return greatest;
  }

  /** In which dimension the point at `slot` was cut off from the largest set of others; -1 when from none. */
  separatingDimension(slot: number): number {
    let node = this.#leafOf[slot];
    let greatest = 0;
    let dimension = NONE;
    for (let parent = this.#parent[node]; parent !== NONE; parent = this.#parent[node]) {
      const share = (this.#count[parent] - this.#count[node]) / this.#count[node];
      if (share > greatest) {
        greatest = share;
        dimension = this.#cutDimension[parent];
      }
      node = parent;
    }
    return dimension;
  }

  /** A random cut of the box of `node` and the new point; undefined when it does not separate the two. */
  #cut(node: number, at: number): { dimension: number; at: number } | undefined {
    const d = this.#dimensions;
    const box = node * d;
    let total = 0;
    for (let i = 0; i < d; i++) {
      const value = this.#points[at + i];
      total += Math.max(this.#high[box + i], value) - Math.min(this.#low[box + i], value);
    }
    let left = this.#random() * total;
    for (let i = 0; i < d; i++) {
      const value = this.#points[at + i];
      const low = Math.min(this.#low[box + i], value);
      const span = Math.max(this.#high[box + i], value) - low;
      if (left >= span) {
        left -= span;
        continue;
      }
      const cut = low + left;
      if (cut < this.#low[box + i] || cut >= this.#high[box + i]) return { dimension: i, at: cut };
      return undefined;
    }
    return undefined;
  }

  #split(node: number, leaf: number, dimension: number, cutAt: number): void {
    const inner = this.#free[--this.#free[this.#capacity]];
    const isLeft = this.#points[leaf * this.#dimensions + dimension] <= cutAt;
    this.#put(node, inner);
    this.#left[inner] = isLeft ? leaf : node;
    this.#right[inner] = isLeft ? node : leaf;
    this.#parent[leaf] = inner;
    this.#parent[node] = inner;
    this.#cutDimension[inner] = dimension;
    this.#cutAt[inner] = cutAt;
    this.#count[inner] = this.#count[node];
    this.#addUp(inner, 1);
  }

  /** Puts `next` where `node` is. */
  #put(node: number, next: number): void {
    const parent = this.#parent[node];
    this.#parent[next] = parent;
    if (parent === NONE) this.#root[0] = next;
    else if (this.#left[parent] === node) this.#left[parent] = next;
    else this.#right[parent] = next;
  }

  #addUp(from: number, change: number): void {
    for (let node = from; node !== NONE; node = this.#parent[node]) {
      this.#count[node] += change;
      this.#boundBy(node);
    }
  }

  #boundBy(node: number): void {
    const d = this.#dimensions;
    const [a, b, to] = [this.#left[node] * d, this.#right[node] * d, node * d];
    for (let i = 0; i < d; i++) {
      this.#low[to + i] = Math.min(this.#low[a + i], this.#low[b + i]);
      this.#high[to + i] = Math.max(this.#high[a + i], this.#high[b + i]);
    }
  }

  /** The slot of a shared leaf goes: another one of its equal points takes its place. */
  #moveLeaf(slot: number): void {
    const heir = this.#leafOf.indexOf(slot);
    const d = this.#dimensions;
    this.#low.copyWithin(heir * d, slot * d, slot * d + d);
    this.#high.copyWithin(heir * d, slot * d, slot * d + d);
    this.#count[heir] = this.#count[slot];
    this.#put(slot, heir);
    for (let i = 0; i < this.#capacity; i++) if (this.#leafOf[i] === slot) this.#leafOf[i] = heir;
  }
}
