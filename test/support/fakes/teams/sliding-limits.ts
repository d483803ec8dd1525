/** So many messages within so many milliseconds, for each conversation. */
const limits = [
  { count: 7, windowMs: 1000 },
  { count: 8, windowMs: 2000 },
  { count: 60, windowMs: 30_000 },
  { count: 1800, windowMs: 3_600_000 },
] as const;

/** Teams' own limits on what a bot says in one conversation. */
export class SlidingLimits {
  readonly #times = new Map<string, number[]>();

  /** Whether one more is allowed now; if so, it counts. */
  take(conversation: string, nowMs: number): boolean {
    const times = this.#times.get(conversation) ?? [];
    this.#times.set(conversation, times);
    for (const { count, windowMs } of limits) {
      if (times.filter((atMs) => atMs > nowMs - windowMs).length >= count) return false;
    }
    times.push(nowMs);
    return true;
  }
}
