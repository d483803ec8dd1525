import type { AlertActor } from '@statbar/sdk/wire';
import type { DeskContext } from './context.ts';
import type { AuditDocument } from './docs.ts';

/** Where a request came from. */
export interface AuditFrom {
  readonly principal: string;
  readonly address: string;
}

/** Who did what, from where, and what came of it. */
export class AuditLog {
  readonly #context: DeskContext;

  constructor(context: DeskContext) {
    this.#context = context;
  }

  add(
    by: AlertActor,
    from: AuditFrom,
    what: Pick<AuditDocument, 'action' | 'target' | 'outcome' | 'text'>,
    nowMs: number,
  ): void {
    const { tables, config } = this.#context;
    const counters = tables.counters.get('all') ?? { groups: 0, feed: 0, audit: 0 };
    const sequence = counters.audit + 1;
    tables.counters.put('all', { ...counters, audit: sequence });
    tables.audit.put(String(sequence), { sequence, atMs: nowMs, by, ...from, ...what });
    for (const [oldest] of tables.audit.entries()) {
      if (tables.audit.size <= config.limits.audit_max) break;
      tables.audit.remove(oldest);
    }
  }

  /** The newest first, before `beforeSequence`. */
  list(target: string | undefined, beforeSequence: number, limit: number): readonly AuditDocument[] {
    const found: AuditDocument[] = [];
    for (const entry of [...this.#context.tables.audit.values()].reverse()) {
      if (entry.sequence >= beforeSequence || (target !== undefined && entry.target !== target)) continue;
      found.push(entry);
      if (found.length >= limit) break;
    }
    return found;
  }
}
