import type { AlertActor } from '@statbar/sdk/wire';
import type { AuditDocument } from './docs.ts';
import type { Tables } from './tables.ts';

/** Where a request came from. */
export interface AuditFrom {
  readonly principal: string;
  readonly address: string;
}

/** Who did what, from where, and what came of it. */
export class AuditLog {
  readonly #tables: Tables;
  readonly #entriesMax: number;

  constructor(tables: Tables, entriesMax: number) {
    this.#tables = tables;
    this.#entriesMax = entriesMax;
  }

  add(
    by: AlertActor,
    from: AuditFrom,
    what: Pick<AuditDocument, 'action' | 'target' | 'outcome' | 'text'>,
    nowMs: number,
  ): void {
    const counters = this.#tables.counters.get('all') ?? { groups: 0, feed: 0, audit: 0 };
    const sequence = counters.audit + 1;
    this.#tables.counters.put('all', { ...counters, audit: sequence });
    this.#tables.audit.put(String(sequence), { sequence, atMs: nowMs, by, ...from, ...what });
    if (this.#tables.audit.size > this.#entriesMax) {
      const [oldest] = this.#tables.audit.entries();
      this.#tables.audit.remove(oldest[0]);
    }
  }

  /** The newest first, before `beforeSequence`. */
  list(target: string | undefined, beforeSequence: number, limit: number): readonly AuditDocument[] {
    const found: AuditDocument[] = [];
    for (const entry of [...this.#tables.audit.values()].reverse()) {
      if (entry.sequence >= beforeSequence || (target !== undefined && entry.target !== target)) continue;
      found.push(entry);
      if (found.length >= limit) break;
    }
    return found;
  }
}
