import type {
  AlertAcknowledgement,
  AlertActor,
  AlertRemediation,
  AlertStoryEntry,
  ChatTarget,
} from '@statbar/sdk/wire';
import type { LabelRecord } from '../../model/index.ts';
import type { EscalationStanding } from './next-escalation.ts';
import type { FlapStanding } from './next-flap.ts';

/*
 * What the desk remembers, as plain data: it is written to the log as JSON. Documents are never changed, only replaced.
 */

export interface AlertDocument {
  readonly fingerprint: string;
  /** `rule:FILE;GROUP;ALERT` or `api:PRINCIPAL`. */
  readonly source: string;
  readonly labels: LabelRecord;
  readonly annotations: LabelRecord;
  readonly state: 'firing' | 'resolved';
  readonly value: number | undefined;
  readonly startsAtMs: number;
  readonly endsAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  readonly updatedAtMs: number;
  readonly generatorUrl: string;
  readonly expression: string | undefined;
  /** Since when it fires only because of `keep_firing_for`: a start goes on from there. */
  readonly keepFiringSinceMs?: number | undefined;
  readonly flap: FlapStanding;
}

export interface GroupDocument {
  readonly id: string;
  /** Route and group labels. */
  readonly key: string;
  /** Index of the route in the tree, in depth-first order, and its text. */
  readonly route: string;
  readonly receiver: string;
  readonly labels: LabelRecord;
  /** What its alerts were all called when it fired; logs of before have none. */
  readonly name?: string | undefined;
  /** Fingerprints. */
  readonly members: readonly string[];
  readonly version: number;
  readonly revision: number;
  readonly state: 'waiting' | 'firing' | 'resolved';
  readonly createdAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  readonly updatedAtMs: number;
  /** Something that interval receivers do not know yet. */
  readonly changed: boolean;
  readonly toldAtMs: number;
  readonly muted: readonly string[];
  readonly acknowledgement: AlertAcknowledgement | undefined;
  readonly assignee: string | undefined;
  readonly escalation: EscalationStanding | undefined;
  /** Ids of silences that were in force on some member when last looked at. */
  readonly silencedBy: readonly string[];
  /** Chat targets whose digest stands for this group. */
  readonly digests: readonly string[];
  readonly story: readonly AlertStoryEntry[];
  readonly storySequence: number;
  /** Ids of actions done, the newest last. */
  readonly actionIds: readonly string[];
  readonly remediations: readonly AlertRemediation[];
  /** What the members were when the group was over: alerts go on without it. */
  readonly closed: readonly AlertDocument[] | undefined;
}

export interface MatcherDocument {
  readonly name: string;
  readonly type: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface SilenceDocument {
  readonly id: string;
  readonly matchers: readonly MatcherDocument[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelRecord;
}

export interface SubscriptionDocument {
  readonly id: string;
  readonly target: ChatTarget;
  readonly matchers: readonly string[];
  readonly createdBy: AlertActor;
  readonly createdAtMs: number;
}

export interface AuditDocument {
  readonly sequence: number;
  readonly atMs: number;
  readonly by: AlertActor;
  readonly principal: string;
  readonly address: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: 'done' | 'refused';
  readonly text: string;
}

/** Numbers that only grow. */
export interface CounterDocument {
  readonly groups: number;
  readonly feed: number;
  readonly audit: number;
}

/** Storm of one chat target. */
export interface StormDocument {
  readonly target: string;
  readonly sinceMs: number;
  readonly untilMs: number | undefined;
  /** Of new groups, within the last minute and while the storm lasts. */
  readonly lastNewMs: number;
  readonly groupIds: readonly string[];
  readonly revision: number;
}
