/** Rate limit of one lane: a token bucket that holds as much as ten seconds' worth. */
export class Lane {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #atMs: number | undefined;
  /** Attempts that have begun and not ended. */
  underway = 0;

  constructor(perMinuteMax: number) {
    this.#perMs = perMinuteMax / 60_000;
    this.#capacity = Math.max(1, perMinuteMax / 6);
    this.#tokens = this.#capacity;
  }

  /** Whether an attempt may begin now; if so, it counts. */
  take(nowMs: number): boolean {
    if (this.#perMs === Number.POSITIVE_INFINITY) return true;
    const elapsedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs));
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsedMs * this.#perMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
