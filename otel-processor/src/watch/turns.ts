import { type Clock, yieldToEventLoop } from '../base/index.ts';

/** Work that long is followed by a chance for all others. */
const TURN_MS = 5;

/** Cuts long work into turns of the event loop, and knows how much time it took. */
export class Turns {
  readonly #clock: Clock;
  /** Share of one core that the work may take; 1: as much as there is. */
  readonly #share: number;
  #turnStartMs: number;
  #workedMs = 0;

  constructor(clock: Clock, share = 1) {
    this.#clock = clock;
    this.#share = share;
    this.#turnStartMs = clock.monotonicMs();
  }

  /** Time worked so far, ms. */
  get workedMs(): number {
    return this.#workedMs + this.#clock.monotonicMs() - this.#turnStartMs;
  }

  /** Undefined while the turn may go on; otherwise what to wait for. */
  pause(): Promise<void> | undefined {
    const turnMs = this.#clock.monotonicMs() - this.#turnStartMs;
    return turnMs < TURN_MS ? undefined : this.#rest(turnMs);
  }

  /** Does all of a generator's work. */
  async finish<Result>(work: Generator<void, Result>): Promise<Result> {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
      const pause = this.pause();
      if (pause !== undefined) await pause;
    }
  }

  async #rest(turnMs: number): Promise<void> {
    this.#workedMs += turnMs;
    const restMs = turnMs * (1 / this.#share - 1);
    if (restMs < 1) await yieldToEventLoop();
    else
      await new Promise<void>((resolve) => {
        this.#clock.after(restMs, resolve);
      });
    this.#turnStartMs = this.#clock.monotonicMs();
  }
}
