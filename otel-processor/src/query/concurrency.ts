import { type Fault, retryable } from '../base/index.ts';

/** Lets a limited number through at once; the rest waits in order, up to a bound. */
export class ConcurrencyGate {
  readonly #limit: number;
  readonly #queueMax: number;
  #running = 0;
  readonly #waiting: Array<{ start: () => void }> = [];

  constructor(limit: number, queueMax: number) {
    this.#limit = limit;
    this.#queueMax = queueMax;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Settles when it is this one's turn; a fault when the queue is full or `signal` aborts first. */
  async enter(signal: AbortSignal | undefined, onAbort: () => Fault): Promise<Fault | undefined> {
    if (signal?.aborted) return onAbort();
    if (this.#running < this.#limit) {
      this.#running += 1;
      return undefined;
    }
    if (this.#waiting.length >= this.#queueMax) {
      return retryable(
        'overloaded',
        `too many queries at once: ${this.#limit} are running (query.concurrency_max) and ` +
          `${this.#queueMax} are waiting (query.queue_max)`,
        1000,
      );
    }
    return new Promise((resolve) => {
      const ticket = {
        start: () => {
          signal?.removeEventListener('abort', abort);
          resolve(undefined);
        },
      };
      const abort = (): void => {
        const at = this.#waiting.indexOf(ticket);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(onAbort());
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(ticket);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next.start();
  }
}
