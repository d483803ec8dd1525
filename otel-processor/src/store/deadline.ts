import type { Clock, Timer } from '../base/index.ts';

/** One limit of time for several steps. */
export class Deadline {
  readonly #clock: Clock;
  readonly #atMs: number;
  readonly #expired: Promise<false>;
  readonly #timer: Timer;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#atMs = clock.monotonicMs() + limitMs;
    let expire = (): void => {};
    this.#expired = new Promise((resolve) => {
      expire = () => resolve(false);
    });
    this.#timer = clock.after(limitMs, expire);
  }

  get remainingMs(): number {
    return Math.max(0, this.#atMs - this.#clock.monotonicMs());
  }

  /** Whether `work` settled in time; it is not waited for any longer than that. */
  within(work: Promise<unknown> | undefined): Promise<boolean> {
    const done = work?.then(() => true as const) ?? Promise.resolve(true);
    return Promise.race([done, this.#expired]);
  }

  cancel(): void {
    this.#timer.cancel();
  }
}
