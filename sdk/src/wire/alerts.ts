import { isRecord } from './check.ts';
import type { Labels } from './prometheus.ts';

/*
 * Alert groups, as `/statbar/v1/alerts` has them. Times are milliseconds since the epoch, null where something has not
 * happened. A group is one occurrence: when all of its members have resolved it is over, and what fires later is a new
 * group with a new id (and the same key).
 */

/** `waiting`: within its group wait, nobody was told yet. `resolved` is final. */
export type AlertGroupState = 'waiting' | 'firing' | 'resolved';

export type AlertSeverity = 'critical' | 'error' | 'warning' | 'info';

/** Where somebody acted: one of our own, or the name of a receiver that tells us what was done there. */
export type ActionOrigin =
  | 'slack'
  | 'teams'
  | 'grafana'
  | 'api'
  | 'pagerduty'
  | 'opsgenie'
  | 'jsm'
  | 'webhook'
  | 'service';

/** Who did something. */
export interface AlertActor {
  /** For people to read. */
  readonly name: string;
  /** The user of `alert.users` that this is, when it is known. */
  readonly user: string | null;
  readonly via: ActionOrigin;
}

/** One alert of a group. */
export interface AlertMember {
  /** Stable for a label set. */
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'firing' | 'resolved';
  /** Null when the alert came from outside, or its value is not a number. */
  readonly value: number | null;
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  readonly generatorUrl: string;
  /** Ids of the silences that hold it back. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of the alerts that make this one redundant. */
  readonly inhibitedBy: readonly string[];
  /** It changes so often that its resolve is held back until it is quiet. */
  readonly flapping: boolean;
}

export interface AlertAcknowledgement {
  readonly by: AlertActor;
  readonly atMs: number;
  /** Empty when nothing was said. */
  readonly note: string;
  /** When it ends by itself; null: never. */
  readonly untilMs: number | null;
}

export interface AlertEscalation {
  readonly chain: string;
  /** Steps done so far. */
  readonly stepsDone: number;
  readonly stepCount: number;
  /** When the next step is due; null when there is none, or somebody acknowledged. */
  readonly nextAtMs: number | null;
  readonly state: 'running' | 'acknowledged' | 'done';
  /** Names of users that were paged, in order. */
  readonly paged: readonly string[];
}

export interface AlertSilenceSummary {
  readonly id: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export type AlertStoryKind =
  | 'fired'
  | 'member_fired'
  | 'member_resolved'
  | 'acknowledged'
  | 'unacknowledged'
  | 'assigned'
  | 'note'
  | 'silenced'
  | 'unsilenced'
  | 'muted'
  | 'unmuted'
  | 'paged'
  | 'escalation_done'
  | 'flapping'
  | 'steady'
  | 'delivery_failed'
  | 'action_requested'
  | 'action_approved'
  | 'action_done'
  | 'action_failed'
  | 'resolved';

/** One line of a group's story, in order. */
export interface AlertStoryEntry {
  /** From 1, without gaps, within the group. */
  readonly sequence: number;
  readonly atMs: number;
  readonly kind: AlertStoryKind;
  readonly by: AlertActor | null;
  /** A sentence. */
  readonly text: string;
}

/** What to draw: a range query and what belongs into its picture. Undefined parts are not known. */
export interface AlertChart {
  /** PromQL, without the comparison of the rule where it could be taken off. */
  readonly expression: string;
  readonly threshold: number | null;
  readonly direction: 'above' | 'below' | null;
  /** PromQL of the expected value and of the band around it; null where nothing watches the signal. */
  readonly expected: string | null;
  readonly lower: string | null;
  readonly upper: string | null;
  /** From when on the condition held, for shading. */
  readonly firingFromMs: number;
  readonly firingToMs: number | null;
  readonly unit: string | null;
  /**
   * Labels of alerts to draw, at most 12: of the expression's result the series whose labels (without `__name__`) all are
   * among one of these. Empty: all series.
   */
  readonly series: readonly Labels[];
}

export interface AlertLink {
  readonly title: string;
  readonly url: string;
}

/** A remediation that may be asked for (`action` receivers). */
export interface AlertRemediation {
  readonly name: string;
  readonly title: string;
  readonly state: 'offered' | 'awaiting_approval' | 'running' | 'done' | 'failed' | 'held_back';
  /** What came of it, or why it was held back; empty before. */
  readonly outcome: string;
}

export interface AlertGroup {
  readonly id: string;
  /** Route and group labels: the same for each occurrence. */
  readonly key: string;
  /**
   * Grows with each change of where the group stands: fired, resolved, acknowledged, unacknowledged, assigned. Actions
   * carry it, and are refused when it has moved on.
   */
  readonly version: number;
  /** Grows with everything that a card would show. */
  readonly revision: number;
  readonly state: AlertGroupState;
  readonly title: string;
  /** One or two sentences: from the annotations, or made from value and threshold. */
  readonly summary: string;
  readonly severity: AlertSeverity;
  readonly owner: string | null;
  readonly runbookUrl: string | null;
  readonly links: readonly AlertLink[];
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly createdAtMs: number;
  /** When somebody was told first. */
  readonly firedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly updatedAtMs: number;
  /** Firing first, then by start; at most `alert.members_shown`. */
  readonly members: readonly AlertMember[];
  readonly counts: {
    readonly total: number;
    readonly firing: number;
    readonly resolved: number;
    readonly silenced: number;
    readonly inhibited: number;
  };
  /** Names of the mute timings that hold the group back now. */
  readonly mutedBy: readonly string[];
  readonly acknowledgement: AlertAcknowledgement | null;
  readonly assignee: string | null;
  readonly silences: readonly AlertSilenceSummary[];
  readonly escalation: AlertEscalation | null;
  /** Users on call for it now. */
  readonly onCall: readonly string[];
  /** The newest `alert.story_shown` entries. */
  readonly story: readonly AlertStoryEntry[];
  readonly chart: AlertChart | null;
  readonly remediations: readonly AlertRemediation[];
  /** Where the group can be looked at; empty without `rules.external_url`. */
  readonly url: string;
}

/** `data` of `GET /statbar/v1/alerts`: the latest first. */
export interface AlertGroupList {
  readonly groups: readonly AlertGroup[];
  /** For the parameter `cursor` of the next call; null when there are no more. */
  readonly nextCursor: string | null;
}

/** `data` of `GET /statbar/v1/oncall`. */
export interface OnCallList {
  readonly schedules: readonly OnCallSchedule[];
}

export interface OnCallSchedule {
  readonly name: string;
  readonly timeZone: string;
  readonly now: readonly OnCallUser[];
  /** When that changes next, and to whom; null when it never does. */
  readonly next: { readonly atMs: number; readonly users: readonly OnCallUser[] } | null;
}

export interface OnCallUser {
  readonly name: string;
  readonly email: string | null;
  readonly slack: string | null;
  readonly teams: string | null;
}

/** One entry of `GET /statbar/v1/audit`: who did what, from where, and what came of it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly atMs: number;
  readonly by: AlertActor;
  /** The credential behind the request, and the address it came from. */
  readonly principal: string;
  readonly address: string;
  readonly action: string;
  /** A group's or silence's id; empty for others. */
  readonly target: string;
  readonly outcome: 'done' | 'refused';
  readonly text: string;
}

export interface AuditList {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

export function isAlertGroup(value: unknown): value is AlertGroup {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['version'] === 'number' &&
    typeof value['revision'] === 'number' &&
    (value['state'] === 'waiting' || value['state'] === 'firing' || value['state'] === 'resolved') &&
    typeof value['title'] === 'string' &&
    isRecord(value['groupLabels']) &&
    isRecord(value['counts']) &&
    Array.isArray(value['members']) &&
    Array.isArray(value['story'])
  );
}

export function isAlertGroupList(value: unknown): value is AlertGroupList {
  return (
    isRecord(value) &&
    Array.isArray(value['groups']) &&
    value['groups'].every(isAlertGroup) &&
    (value['nextCursor'] === null || typeof value['nextCursor'] === 'string')
  );
}
