/** Rate limit of one lane: a token bucket that holds as much as ten seconds' worth. */
export class Lane {
  #perMinuteMax: number | undefined;
  #perMs = 0;
  #capacity = 0;
  #tokens = 0;
  #atMs: number | undefined;
  /** Attempts that have begun and not ended. */
  underway = 0;

  /** Full at first, and when another rate is configured. */
  setRate(perMinuteMax: number): void {
    if (perMinuteMax === this.#perMinuteMax) return;
    this.#perMinuteMax = perMinuteMax;
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
