import type {
  DeliveryPriority,
  NotificationEvent,
  OutboxEntry,
  ReconcileOutcome,
  SendOutcome,
} from '../types.ts';

/*
 * How an outbox entry goes from state to state: pure, each step with its reason. An undefined entry is one that is not
 * needed (any more).
 */

export interface Step {
  readonly entry: OutboxEntry | undefined;
  readonly reason: EntryReason;
}

export type EntryReason =
  | 'wanted'
  | 'merged'
  | 'never_told'
  | 'already_over'
  | 'begun'
  | 'arrived'
  | 'more_to_tell'
  | 'will_retry'
  | 'outcome_unknown'
  | 'refused';

export interface RetryRule {
  readonly minMs: number;
  readonly maxMs: number;
}

export function priorityOf(part: OutboxEntry['part'], event: NotificationEvent): DeliveryPriority {
  if (part === 'chart') return 3;
  if (part === 'page' || part === 'action' || event === 'fired') return 0;
  return event === 'resolved' ? 1 : 2;
}

/** A change that the receiver is to know: merges with what already waits. */
export function want(entry: OutboxEntry, event: NotificationEvent, revision: number, nowMs: number): Step {
  if (entry.event === 'resolved' && event !== 'resolved') return { entry, reason: 'already_over' };
  const quiet = entry.state === 'pending' || entry.state === 'failed';
  if (event === 'resolved' && quiet && !entry.told) return { entry: undefined, reason: 'never_told' };
  const busy = entry.state === 'sending' || entry.state === 'unknown';
  const isUntold = entry.state === 'pending' || (entry.state === 'failed' && !entry.told);
  const waits = isUntold || (busy && entry.wanted > entry.underway);
  const isAfterFiring =
    isAnswer(event) && (isUntold ? entry.event === 'fired' : busy && entry.underwayEvent === 'fired');
  const next = waits || isAfterFiring ? merge(entry.event, event) : event;
  const wanted: OutboxEntry = {
    ...entry,
    event: next,
    thenEvent: thenOf(entry, event, isAfterFiring),
    wanted: Math.max(revision, entry.wanted),
    priority: priorityOf(entry.part, next),
    state: busy ? entry.state : 'pending',
    notBeforeMs: entry.state === 'failed' ? nowMs : entry.notBeforeMs,
    updatedAtMs: nowMs,
  };
  return { entry: wanted, reason: waits ? 'merged' : 'wanted' };
}

function isAnswer(event: NotificationEvent): boolean {
  return event === 'acknowledged' || event === 'unacknowledged';
}

/** What is to be told once the firing has been: the last answer to it that still holds. */
function thenOf(
  entry: OutboxEntry,
  event: NotificationEvent,
  isAfterFiring: boolean,
): NotificationEvent | undefined {
  if (event === 'resolved') return undefined;
  if (isAfterFiring) return event === 'acknowledged' ? event : undefined;
  return isAnswer(event) ? undefined : entry.thenEvent;
}

/** One of two events that are told as one. */
function merge(waiting: NotificationEvent, event: NotificationEvent): NotificationEvent {
  if (event === 'resolved') return event;
  if (waiting === 'fired') return waiting;
  return isAnswer(waiting) && !isAnswer(event) ? waiting : event;
}

/** An attempt begins: from here on it may arrive. To be durable before it does. */
export function begin(entry: OutboxEntry, nowMs: number): OutboxEntry {
  return {
    ...entry,
    state: 'sending',
    underway: entry.wanted,
    underwayEvent: entry.event,
    attempts: entry.attempts + 1,
    updatedAtMs: nowMs,
  };
}

/** What came of an attempt. */
export function settle(
  entry: OutboxEntry,
  outcome: SendOutcome | ReconcileOutcome,
  retry: RetryRule,
  nowMs: number,
): Step {
  switch (outcome.kind) {
    case 'sent':
    case 'arrived':
      return arrived(entry, outcome.remoteRef, nowMs);
    case 'later':
      // Of an attempt from before it is still not known whether it arrived.
      if (entry.unsure) return stillUnknown(entry, outcome.reason, outcome.retryAfterMs, retry, nowMs);
      return again(entry, outcome.reason, outcome.retryAfterMs, retry, nowMs);
    case 'missing':
      return again(
        { ...entry, told: entry.arrived > 0, unsure: false },
        'it had not arrived',
        0,
        retry,
        nowMs,
      );
    case 'unknown': {
      const known = outcome.remoteRef === undefined ? entry : { ...entry, remoteRef: outcome.remoteRef };
      return stillUnknown(known, outcome.reason, outcome.checkAfterMs, retry, nowMs);
    }
    case 'refused': {
      const more = entry.wanted > entry.underway;
      return {
        entry: {
          ...entry,
          state: more ? 'pending' : 'failed',
          underway: entry.arrived,
          underwayEvent: undefined,
          failures: entry.failures + 1,
          notBeforeMs: nowMs + pauseMs(entry.failures + 1, retry),
          lastReason: outcome.reason,
          updatedAtMs: nowMs,
        },
        reason: 'refused',
      };
    }
  }
}

function arrived(entry: OutboxEntry, remoteRef: string | undefined, nowMs: number): Step {
  const more = entry.wanted > entry.underway;
  const then = entry.thenEvent;
  const event = then === undefined ? entry.event : merge(then, entry.event);
  return {
    entry: {
      ...entry,
      state: more || then !== undefined ? 'pending' : 'sent',
      event,
      thenEvent: undefined,
      priority: priorityOf(entry.part, event),
      arrived: Math.max(entry.arrived, entry.underway),
      underwayEvent: undefined,
      told: true,
      unsure: false,
      failures: 0,
      lastReason: '',
      notBeforeMs: nowMs,
      remoteRef: remoteRef ?? entry.remoteRef,
      updatedAtMs: nowMs,
    },
    reason: more || then !== undefined ? 'more_to_tell' : 'arrived',
  };
}

/** Certainly not there: what the attempt said is wanted again, together with what came since. */
function again(
  entry: OutboxEntry,
  reason: string,
  afterMs: number | undefined,
  retry: RetryRule,
  nowMs: number,
): Step {
  const { underwayEvent } = entry;
  const changed = entry.wanted > entry.underway && underwayEvent !== undefined;
  const event = changed ? merge(underwayEvent, entry.event) : entry.event;
  if (event === 'resolved' && !entry.told) return { entry: undefined, reason: 'never_told' };
  const failures = entry.failures + 1;
  return {
    entry: {
      ...entry,
      state: 'pending',
      event,
      priority: priorityOf(entry.part, event),
      underway: entry.arrived,
      underwayEvent: undefined,
      failures,
      notBeforeMs: nowMs + (afterMs ?? pauseMs(failures, retry)),
      lastReason: reason,
      updatedAtMs: nowMs,
    },
    reason: 'will_retry',
  };
}

function stillUnknown(
  entry: OutboxEntry,
  reason: string,
  afterMs: number | undefined,
  retry: RetryRule,
  nowMs: number,
): Step {
  const failures = entry.failures + 1;
  return {
    entry: {
      ...entry,
      state: 'unknown',
      told: true,
      unsure: true,
      failures,
      notBeforeMs: nowMs + (afterMs ?? pauseMs(failures, retry)),
      lastReason: reason,
      updatedAtMs: nowMs,
    },
    reason: 'outcome_unknown',
  };
}

/** An attempt that nobody knows the end of: the process, or the bot, is gone. */
export function abandon(entry: OutboxEntry, nowMs: number): OutboxEntry {
  return {
    ...entry,
    state: 'unknown',
    told: true,
    unsure: true,
    notBeforeMs: nowMs,
    lastReason: 'interrupted: it may have arrived',
    updatedAtMs: nowMs,
  };
}

/** What is unknown is sent again, with what is wanted by now: for receivers to which the same twice is nothing. */
export function resend(entry: OutboxEntry, nowMs: number): OutboxEntry {
  const { underwayEvent } = entry;
  const changed = entry.wanted > entry.underway && underwayEvent !== undefined;
  return begin({ ...entry, event: changed ? merge(underwayEvent, entry.event) : entry.event }, nowMs);
}

/** Doubles with each failure. */
export function pauseMs(failures: number, { minMs, maxMs }: RetryRule): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(30, failures - 1));
}

/** Told once, whatever becomes of the group. */
export function isOnce({ part }: OutboxEntry): boolean {
  return part === 'page' || part === 'digest' || part === 'action';
}
