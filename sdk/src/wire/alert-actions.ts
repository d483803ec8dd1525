import type { AlertActor, AlertGroup } from './alerts.ts';
import { isAlertGroup } from './alerts.ts';
import { isRecord } from './check.ts';

/** What `POST /statbar/v1/alerts/{id}/actions` takes. */
export type AlertAction = AlertActionCommon &
  (
    | { readonly action: 'ack'; readonly note?: string; readonly forMs?: number }
    | { readonly action: 'unack' }
    | { readonly action: 'assign'; readonly user: string }
    | { readonly action: 'note'; readonly note: string }
    /** Silences what the group's members have in common. */
    | { readonly action: 'silence'; readonly forMs: number; readonly note?: string }
    /** Ends the silences that hold the group back, or one of them. */
    | { readonly action: 'unsilence'; readonly silence?: string }
    /** Asks for a remediation, or approves the one that waits. */
    | { readonly action: 'remediate'; readonly name: string }
    | { readonly action: 'approve'; readonly name: string }
  );

export interface AlertActionCommon {
  /** Of the same click, however often it is delivered: an id that was seen changes nothing, and is answered alike. */
  readonly actionId: string;
  /** `AlertGroup.version` as the person saw it. Notes, silences and remediations are taken at any version. */
  readonly version: number;
  readonly by: AlertActor;
}

export type AlertActionRefusal =
  /** The group has moved on since: look at `group`. */
  | 'stale'
  /** The group is resolved. */
  | 'resolved'
  /** Nothing to undo. */
  | 'not_acknowledged'
  | 'unknown_user'
  | 'unknown_remediation'
  | 'nothing_to_silence'
  | 'not_silenced';

/** 200 when it was done (or had been done before), 409 when it was refused; the group as it is now, both times. */
export interface AlertActionAnswer {
  readonly done: boolean;
  readonly refusal: AlertActionRefusal | null;
  /** A sentence for the person who asked. */
  readonly text: string;
  readonly group: AlertGroup;
  /** Of the silence that was made. */
  readonly silence: string | null;
}

export function isAlertActionAnswer(value: unknown): value is AlertActionAnswer {
  return (
    isRecord(value) &&
    typeof value['done'] === 'boolean' &&
    typeof value['text'] === 'string' &&
    isAlertGroup(value['group'])
  );
}
