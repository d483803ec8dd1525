import { assert } from '../base/index.ts';

/** Interned strings with dense ids, counted by use so that what no series needs any more goes away. */
export class SymbolTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #free: number[] = [];
  #uses = new Uint32Array(1024);

  /** Number of live symbols. */
  get size(): number {
    return this.#ids.size;
  }

  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  text(id: number): string {
    return this.#texts[id];
  }

  /** Finds or adds `text`, and counts one more use of it. */
  acquire(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#texts.length;
      this.#texts[id] = text;
      this.#ids.set(text, id);
      if (id >= this.#uses.length) {
        const grown = new Uint32Array(this.#uses.length * 2);
        grown.set(this.#uses);
        this.#uses = grown;
      }
      this.#uses[id] = 0;
    }
    this.#uses[id] += 1;
    return id;
  }

  /** Takes back one use; the last one frees the id for another text. */
  release(id: number): void {
    assert(this.#uses[id] > 0, 'symbol released more often than acquired');
    this.#uses[id] -= 1;
    if (this.#uses[id] === 0) {
      this.#ids.delete(this.#texts[id]);
      this.#texts[id] = '';
      this.#free.push(id);
    }
  }
}
