/** Counts of what happened, by name and reason: limits that were hit, events that came twice, posts that failed. */
export class Counters {
  readonly #counts = new Map<string, number>();

  add(name: string, reason: string, amount = 1): void {
    const key = `${name}{reason="${reason.replace(/[\\"\n]/g, '_')}"}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + amount);
  }

  /** By `name{reason="..."}`. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
