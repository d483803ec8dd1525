import type { OutboxEntry } from '../types.ts';

/** What was given to the bot and not begun yet: when, and under which sequence. */
export class Offers {
  readonly #offered = new Map<string, { readonly atMs: number; readonly sequence: number }>();

  note({ id, sequence }: OutboxEntry, nowMs: number): void {
    this.#offered.set(id, { atMs: nowMs, sequence });
  }

  /** Those that still wait after the lease, each once; what has gone on is forgotten. */
  takeOverdue(
    nowMs: number,
    leaseMs: number,
    find: (id: string) => OutboxEntry | undefined,
  ): readonly OutboxEntry[] {
    const overdue: OutboxEntry[] = [];
    for (const [id, { atMs, sequence }] of this.#offered) {
      const entry = find(id);
      const waits = entry?.sequence === sequence && (entry.state === 'pending' || entry.state === 'unknown');
      if (waits && nowMs - atMs < leaseMs) continue;
      this.#offered.delete(id);
      if (waits) overdue.push(entry);
    }
    return overdue;
  }
}
