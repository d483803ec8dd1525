import type { RejectReason } from '../model/index.ts';

/**
 * Why a data point cannot become samples. Thrown on the slow path only, and caught where points are counted.
 * Not an `Error`: nobody looks at its stack, and taking one for each bad point would be dear.
 */
export class PointRefusal {
  readonly reason: RejectReason;
  readonly describe: () => string;

  constructor(reason: RejectReason, describe: () => string) {
    this.reason = reason;
    this.describe = describe;
  }
}

/** A value that is computed when first asked for; a refusal is remembered like a value. */
export class Lazy<T> {
  #value: T | undefined;
  #refusal: PointRefusal | undefined;

  get(compute: () => T): T {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#value === undefined) {
      try {
        this.#value = compute();
      } catch (error) {
        if (error instanceof PointRefusal) this.#refusal = error;
        throw error;
      }
    }
    return this.#value;
  }

  clear(): void {
    this.#value = undefined;
    this.#refusal = undefined;
  }
}

/** Outside text for a message: quoted and cut, so that a hostile name cannot fill a log or an answer. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}...` : text);
}
