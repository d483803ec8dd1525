/**
 * What the clients know: every sample that was ever sent, and which of them were acknowledged. After a crash
 * the store must hold every acknowledged sample, and nothing that was never sent.
 */
export class Ledger {
  readonly #series = new Map<string, Map<number, Entry>>();
  acknowledged = 0;

  /** Call before the request goes out. The same sample may be sent again; its value may not change. */
  sent(series: string, timestampMs: number, value: number): void {
    let entries = this.#series.get(series);
    if (entries === undefined) {
      entries = new Map();
      this.#series.set(series, entries);
    }
    const known = entries.get(timestampMs);
    if (known !== undefined && known.value !== value) throw new Error(`${series} sent twice with two values`);
    if (known === undefined) entries.set(timestampMs, { value, acked: false });
  }

  acked(series: string, timestampMs: number): void {
    const entry = this.#series.get(series)!.get(timestampMs)!;
    if (entry.acked) return;
    entry.acked = true;
    this.acknowledged += 1;
  }

  get seriesNames(): string[] {
    return [...this.#series.keys()];
  }

  /** Compares one series as read back, whole from `fromMs` on. Returns what is wrong, in words. */
  check(series: string, stored: readonly StoredSample[], fromMs = Number.NEGATIVE_INFINITY): string[] {
    const wrong: string[] = [];
    const entries = this.#series.get(series) ?? new Map<number, Entry>();
    const seen = new Set<number>();
    let previousMs = Number.NEGATIVE_INFINITY;
    for (const { timestampMs, value } of stored) {
      if (timestampMs <= previousMs) wrong.push(`${series}: ${timestampMs} comes after ${previousMs}`);
      previousMs = timestampMs;
      seen.add(timestampMs);
      const entry = entries.get(timestampMs);
      if (entry === undefined) wrong.push(`${series}: ${value} at ${timestampMs} was never sent`);
      else if (!Object.is(entry.value, value)) {
        wrong.push(`${series}: ${value} at ${timestampMs}, but ${entry.value} was sent`);
      }
    }
    for (const [timestampMs, { value, acked }] of entries) {
      if (acked && timestampMs >= fromMs && !seen.has(timestampMs)) {
        wrong.push(`${series}: ${value} at ${timestampMs} was acknowledged and is lost`);
      }
    }
    return wrong;
  }
}

interface Entry {
  readonly value: number;
  acked: boolean;
}

export interface StoredSample {
  readonly timestampMs: number;
  readonly value: number;
}
