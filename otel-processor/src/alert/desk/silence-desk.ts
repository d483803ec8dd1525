import { randomUUID } from 'node:crypto';
import type { AlertActor } from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import { createMatcher, type LabelRecord } from '../../model/index.ts';
import { matcherText } from '../matchers.ts';
import type { AuditFrom, AuditLog } from './audit-log.ts';
import type { DeskContext } from './context.ts';
import type { MatcherDocument, SilenceDocument } from './docs.ts';

export interface SilenceRequest {
  /** Of the silence to change; undefined: a new one. */
  readonly id: string | undefined;
  readonly matchers: readonly MatcherDocument[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelRecord;
}

/** How long a silence that is over can be looked at. */
const EXPIRED_RETENTION_MS = 5 * 86_400_000;
const MATCHERS_MAX = 100;
const TEXT_LENGTH_MAX = 4096;

export function silenceState(silence: SilenceDocument, nowMs: number): 'pending' | 'active' | 'expired' {
  if (nowMs >= silence.endsAtMs) return 'expired';
  return nowMs < silence.startsAtMs ? 'pending' : 'active';
}

/** Makes, changes and ends silences, by the rules of Alertmanager: the past of a silence is never changed. */
export class SilenceDesk {
  readonly #context: DeskContext;
  readonly #audit: AuditLog;
  readonly #refresh: () => void;

  constructor(context: DeskContext, audit: AuditLog, refresh: () => void) {
    this.#context = context;
    this.#audit = audit;
    this.#refresh = refresh;
  }

  list(): readonly SilenceDocument[] {
    return [...this.#context.tables.silences.values()];
  }

  get(id: string): SilenceDocument | undefined {
    return this.#context.tables.silences.get(id);
  }

  /** The silence as it now is. One whose matchers or past would change is ended, and a new one made. */
  put(request: SilenceRequest, by: AlertActor, from: AuditFrom, nowMs: number): SilenceDocument | Fault {
    const mistake = mistakeOf(request, nowMs);
    if (mistake !== undefined) return permanent('invalid', mistake);
    const { silences } = this.#context.tables;
    const before = request.id === undefined ? undefined : silences.get(request.id);
    if (request.id !== undefined && before === undefined) {
      return permanent('not_found', `there is no silence ${request.id.slice(0, 100)}`);
    }
    const keeps = before !== undefined && canKeep(before, request, nowMs);
    if (!keeps && this.#current(nowMs) >= this.#context.config.limits.silences_max) {
      this.#context.ports.telemetry
        .counter('statbar_alert_limit_total', 'Things of alerting that were over a limit.', {
          limit: 'silences_max',
        })
        .add(1);
      return permanent('limit', 'there are too many silences (limit: alert.limits.silences_max)');
    }
    if (before !== undefined && !keeps) this.#end(before, nowMs);
    const silence: SilenceDocument = {
      id: keeps ? before.id : randomUUID(),
      matchers: request.matchers,
      startsAtMs: keeps
        ? Math.min(before.startsAtMs, request.startsAtMs)
        : Math.max(nowMs, request.startsAtMs),
      endsAtMs: request.endsAtMs,
      updatedAtMs: nowMs,
      createdBy: request.createdBy,
      comment: request.comment,
      annotations: request.annotations,
    };
    silences.put(silence.id, silence);
    this.#refresh();
    const text = `${silence.matchers.map(matcherText).join(', ')} until ${new Date(silence.endsAtMs).toISOString()}`;
    this.#audit.add(by, from, { action: 'silence', target: silence.id, outcome: 'done', text }, nowMs);
    return silence;
  }

  /** Ends a silence now. */
  expire(id: string, by: AlertActor, from: AuditFrom, nowMs: number): SilenceDocument | Fault {
    const silence = this.get(id);
    if (silence === undefined) return permanent('not_found', `there is no silence ${id.slice(0, 100)}`);
    if (nowMs >= silence.endsAtMs) return permanent('invalid', 'the silence has expired already');
    this.#end(silence, nowMs);
    this.#refresh();
    this.#audit.add(by, from, { action: 'unsilence', target: id, outcome: 'done', text: '' }, nowMs);
    return this.get(id) ?? silence;
  }

  collect(nowMs: number): void {
    for (const silence of this.list()) {
      if (nowMs - silence.endsAtMs >= EXPIRED_RETENTION_MS) this.#context.tables.silences.remove(silence.id);
    }
  }

  #current(nowMs: number): number {
    return this.list().filter(({ endsAtMs }) => nowMs < endsAtMs).length;
  }

  #end(silence: SilenceDocument, nowMs: number): void {
    const startsAtMs = Math.min(silence.startsAtMs, nowMs);
    this.#context.tables.silences.put(silence.id, {
      ...silence,
      startsAtMs,
      endsAtMs: nowMs,
      updatedAtMs: nowMs,
    });
  }
}

function canKeep(before: SilenceDocument, request: SilenceRequest, nowMs: number): boolean {
  const state = silenceState(before, nowMs);
  if (state === 'expired') return false;
  const key = (matchers: readonly MatcherDocument[]): string => matchers.map(matcherText).sort().join();
  if (key(before.matchers) !== key(request.matchers)) return false;
  return state === 'pending' ? request.startsAtMs >= nowMs : request.startsAtMs === before.startsAtMs;
}

function mistakeOf(request: SilenceRequest, nowMs: number): string | undefined {
  const { matchers, startsAtMs, endsAtMs, comment, createdBy } = request;
  if (matchers.length === 0) return 'at least one matcher is required';
  if (matchers.length > MATCHERS_MAX) return `at most ${MATCHERS_MAX} matchers are allowed`;
  const compiled = matchers.map(({ type, name, value }) => createMatcher(type, name, value));
  for (const matcher of compiled) if (isFault(matcher)) return matcher.message;
  if (compiled.every((matcher) => !isFault(matcher) && matcher.matches(''))) {
    return 'at least one matcher must not match the empty text';
  }
  if (!(endsAtMs > startsAtMs)) return 'end time must be after start time';
  if (endsAtMs <= nowMs) return "end time can't be in the past";
  if (comment.length > TEXT_LENGTH_MAX || createdBy.length > TEXT_LENGTH_MAX)
    return 'the comment is too long';
  return undefined;
}
