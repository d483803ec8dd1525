/** Runs at most `countMax` at once, the others in the order in which they came. */
export class Turnstile {
  readonly #countMax: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Settles as `run` does, when its turn has come. */
  async pass<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#countMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside += 1;
    try {
      return await run();
    } finally {
      // Handed over to who has waited longest, or given back.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }
}
