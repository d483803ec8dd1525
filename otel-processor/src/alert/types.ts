import type {
  ActionOrigin,
  AlertAction,
  AlertActor,
  AlertDigest,
  AlertGroup,
  AlertStoryEntry,
  ChatTarget,
  DeliveryPart,
} from '@statbar/sdk/wire';
import type { Clock, Fault, Logger } from '../base/index.ts';
import type { LabelRecord } from '../model/index.ts';

/*
 * The contracts of the alert room after evaluation: alerts come to the desk, which keeps groups; what a group's receivers
 * are to know is an outbox entry each; receivers carry entries out. A group is passed on as the wire has it.
 */

/** An alert as the desk takes it, from a rule or from outside. Its identity is its labels. */
export interface IncomingAlert {
  readonly labels: LabelRecord;
  readonly annotations: LabelRecord;
  readonly value: number | undefined;
  readonly startsAtMs: number;
  /** When it resolved; undefined while it fires. */
  readonly endsAtMs: number | undefined;
  /** When it counts as resolved unless it is told again; undefined: never (its rule will tell). */
  readonly expiresAtMs: number | undefined;
  readonly generatorUrl: string;
  /** For the chart; undefined for alerts from outside. */
  readonly expression: string | undefined;
  /** Since when it fires only because of `keep_firing_for`. */
  readonly keepFiringSinceMs?: number | undefined;
}

/** What a receiver is told. */
export type NotificationEvent =
  | 'fired'
  | 'changed'
  | 'repeated'
  | 'acknowledged'
  | 'unacknowledged'
  | 'resolved'
  | 'paged'
  /** To `action` receivers only: do it now. */
  | 'remediate';

/** Everything that a receiver needs to say something about a group. Content is made at sending, from the newest state. */
export interface Notification {
  /** Of the outbox entry. */
  readonly deliveryId: string;
  /** The same for every attempt at the same content: who honours it drops the second one. */
  readonly idempotencyKey: string;
  /** The group's occurrence, as the outside is to know it (PagerDuty `dedup_key`, Opsgenie `alias`); at most 120 of [a-z0-9-]. */
  readonly dedupKey: string;
  readonly event: NotificationEvent;
  readonly group: AlertGroup;
  /** With `paged`. */
  readonly page: Page | undefined;
  /** The receiver was told of this occurrence before, or perhaps was. */
  readonly toldBefore: boolean;
  /** An attempt before this one may have arrived. */
  readonly unsure: boolean;
  /** What the receiver gave back the last time, or what the outside calls the group by. */
  readonly remoteRef: string | undefined;
  readonly nowMs: number;
}

/** Somebody is to come: one step of an escalation. */
export interface Page {
  readonly step: number;
  readonly users: readonly AlertUser[];
  readonly text: string;
}

/** A person of `alert.users`. */
export interface AlertUser {
  readonly name: string;
  readonly email: string | undefined;
  readonly slack: string | undefined;
  readonly teams: string | undefined;
  readonly phone: string | undefined;
}

/** What came of an attempt. */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly remoteRef?: string }
  /** Certainly not there; worth trying again. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** Perhaps there: an answer was lost, or comes later (then `remoteRef` says what to ask for, after `checkAfterMs`). */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly remoteRef?: string;
      readonly checkAfterMs?: number;
    }
  /** Will never work as it is. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether something unknown has arrived. */
export type ReconcileOutcome =
  | { readonly kind: 'arrived'; readonly remoteRef?: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number };

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** At most 64 KiB of it. */
  readonly body: string;
}

/** No answer. `sent` false: not one byte of the request has left, so trying again cannot double anything. */
export interface HttpFailure {
  readonly failed: true;
  readonly sent: boolean;
  readonly reason: string;
}

export interface SendPorts {
  readonly http: (request: HttpRequest) => Promise<HttpResponse | HttpFailure>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ReceiverTraits {
  /** Entries of one lane share a rate limit and go one after the other. */
  readonly lane: string;
  readonly perMinuteMax: number;
  /** Resending the same content does no harm: what is unknown is simply sent again. */
  readonly idempotent: boolean;
  /**
   * `changes`: it holds one thing per group that follows every change (a chat card). `interval`: members that come and
   * go are told every group interval, and all is repeated every repeat interval; firing, resolving and acknowledging are
   * told at once.
   */
  readonly follows: 'changes' | 'interval';
  /** Events that it wants to know. Without `fired` there is no `resolved` either. */
  readonly events: ReadonlySet<NotificationEvent>;
}

/**
 * One way to tell the outside, made from its part of the configuration. Three steps, so that each can be tested alone:
 * `format` (pure: what to say; undefined: nothing), `request` (pure: how the protocol says it), `send` (thin).
 */
export interface Receiver<Message = unknown, Request = unknown> {
  /** `webhook`, `pagerduty`, ... */
  readonly kind: string;
  readonly traits: ReceiverTraits;
  format(notification: Notification): Message | undefined;
  request(message: Message, notification: Notification): Request;
  send(request: Request, ports: SendPorts): Promise<SendOutcome>;
  /** Asks the outside about an attempt whose outcome is unknown. Without it: sent again if idempotent, else taken as sent. */
  reconcile?(notification: Notification, ports: SendPorts): Promise<ReconcileOutcome>;
  /**
   * Receivers that do something about a group instead of telling it: they get nothing but `remediate`. The desk keeps
   * cooldowns and limits; the `remoteRef` of a `sent` outcome is the sentence for the card.
   */
  readonly remediation?: Remediation;
  /** What the outside tells us, at `POST /statbar/v1/receivers/{name}/{kind}`. */
  readonly inbound?: InboundDoor;
}

export interface Remediation {
  /** What actions call it. */
  readonly name: string;
  /** On the button. */
  readonly title: string;
  /** As soon as a group fires; when somebody asks for it; or offered with the firing, and run when somebody approves. */
  readonly starts: 'alone' | 'asked' | 'approved';
  /** Pause between two runs, for whatever group. */
  readonly cooldownMs: number;
  /** 0: no limit. */
  readonly perHourMax: number;
}

export interface InboundRequest {
  /** As it came, for the signature. */
  readonly body: Uint8Array;
  header(name: string): string | undefined;
  readonly nowMs: number;
}

/** What somebody did elsewhere. The group is found by the dedup key. */
export interface InboundAction {
  readonly dedupKey: string;
  readonly action: DistributiveOmit<AlertAction, 'version' | 'by'>;
  readonly by: AlertActor;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface InboundDoor {
  readonly via: ActionOrigin;
  /**
   * Verifies the signature and reads what was done; no action for what does not concern us, such as the echo of our own
   * acknowledgement. Faults: `unauthenticated`, `invalid`.
   */
  read(request: InboundRequest, refs: RemoteRefs): readonly InboundAction[] | Fault;
}

/** What one receiver's outside calls our groups by, where it does not always say the dedup key. Survives a restart. */
export interface RemoteRefs {
  learn(remoteRef: string, dedupKey: string): void;
  dedupKeyOf(remoteRef: string): string | undefined;
}

/** Where an outbox entry stands. */
export type DeliveryState =
  /** Wanted, not begun. */
  | 'pending'
  /** Begun: it may arrive at any time. A start finds these as `unknown`. */
  | 'sending'
  /** The newest wanted content has arrived. */
  | 'sent'
  /** Perhaps arrived: to be reconciled. */
  | 'unknown'
  /** Refused; pending again when the group changes. */
  | 'failed';

/** 0 new firing and pages, 1 resolve, 2 edit, 3 chart. */
export type DeliveryPriority = 0 | 1 | 2 | 3;

/**
 * One thing that one receiver is to have of one group. It says what is wanted, not what was said: changes that come while
 * it waits merge into it, and what is sent is made from the group as it then is. Plain data: it is what the log keeps.
 */
export interface OutboxEntry {
  /** `GROUP/TARGET/PART`, with a step for pages; of the target as it was called when the entry was made. */
  readonly id: string;
  readonly groupId: string;
  /** Key of the target: the receiver's name, kind and identity; of chat the channel's. */
  readonly target: string;
  readonly part: DeliveryPart | 'action';
  readonly lane: string;
  readonly priority: DeliveryPriority;
  readonly event: NotificationEvent;
  readonly state: DeliveryState;
  /** What the attempt under way says. */
  readonly underwayEvent: NotificationEvent | undefined;
  /** To be told after `event`: an acknowledgement that came while the firing was still waiting. */
  readonly thenEvent: NotificationEvent | undefined;
  /**
   * Revision of the group that is wanted there, that is on its way, that is known to be there; 0: none. For the part
   * `story` the sequence of its last entry.
   */
  readonly wanted: number;
  readonly underway: number;
  readonly arrived: number;
  /** The outside has, or may have, something of this group: it is owed the resolve. */
  readonly told: boolean;
  /** An attempt has ended that may have arrived; until that is cleared up nothing counts as certainly not there. */
  readonly unsure: boolean;
  /** Position in the feed; a new one whenever it is to be offered anew. */
  readonly sequence: number;
  readonly attempts: number;
  /** Failures since it last went well: sets the pause before the next attempt. */
  readonly failures: number;
  readonly notBeforeMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly lastReason: string;
  readonly remoteRef: string | undefined;
  /** Chat only. */
  readonly chat: ChatDeliveryState | undefined;
  readonly page: Page | undefined;
}

export interface ChatDeliveryState {
  readonly target: ChatTarget;
  readonly messageId: string | undefined;
  readonly threadId: string | undefined;
  readonly memo: string | undefined;
  /** Another copy of it may be there, of which nothing is known. */
  readonly maybeTwice?: boolean;
  readonly digest: AlertDigest | undefined;
}

export type StoryEntry = AlertStoryEntry;
