import type { AlertAction, AlertActionRefusal, AlertStoryKind } from '@statbar/sdk/wire';
import type { GroupDocument } from './docs.ts';

/** Ids of actions that a group remembers. */
const ACTION_IDS_MAX = 100;

export interface ActionOutcome {
  readonly group: GroupDocument;
  readonly refusal: AlertActionRefusal | undefined;
  /** A sentence for the person who asked. */
  readonly text: string;
  readonly story: { readonly kind: AlertStoryKind; readonly text: string } | undefined;
  /** The same action was done before: nothing is to be done for it any more. */
  readonly repeated: boolean;
}

/** Actions that only change the group itself. */
export type GroupAction = Extract<AlertAction, { action: 'ack' | 'unack' | 'assign' | 'note' }>;

/**
 * What an action makes of a group. It is conditional: one that was meant for the group as it was before is refused and
 * changes nothing, so that an acknowledgement that comes after the resolve does not reopen anything.
 */
export function applyAction(
  group: GroupDocument,
  action: GroupAction,
  isUser: (name: string) => boolean,
  nowMs: number,
): ActionOutcome {
  const outcome = (refusal: AlertActionRefusal | undefined, text: string): ActionOutcome => ({
    group,
    refusal,
    text,
    story: undefined,
    repeated: false,
  });
  if (group.actionIds.includes(action.actionId)) {
    return { ...outcome(undefined, 'This was done already.'), repeated: true };
  }
  const { name } = action.by;
  if (action.action === 'note') {
    const text = `${name} noted: ${action.note}`;
    return { ...done(group, action.actionId, {}), text: 'Noted.', story: { kind: 'note', text } };
  }
  if (group.state === 'resolved') return outcome('resolved', 'It has resolved in the meantime.');
  if (action.version !== group.version) {
    return outcome('stale', `${staleText(group)} Please look again and repeat it if it is still wanted.`);
  }
  const version = group.version + 1;
  switch (action.action) {
    case 'ack': {
      const note = action.note ?? '';
      const untilMs = action.forMs === undefined ? null : nowMs + action.forMs;
      const acknowledgement = { by: action.by, atMs: nowMs, note, untilMs };
      const text = `${name} acknowledged${note === '' ? '' : `: ${note}`}`;
      return {
        ...done(group, action.actionId, { acknowledgement, version }),
        text: 'Acknowledged.',
        story: { kind: 'acknowledged', text },
      };
    }
    case 'unack': {
      if (group.acknowledgement === undefined) {
        return outcome('not_acknowledged', 'Nobody has acknowledged it.');
      }
      return {
        ...done(group, action.actionId, { acknowledgement: undefined, version }),
        text: 'The acknowledgement is taken back.',
        story: { kind: 'unacknowledged', text: `${name} took the acknowledgement back` },
      };
    }
    case 'assign': {
      if (!isUser(action.user)) {
        return outcome('unknown_user', `There is no user ${action.user} in alert.users.`);
      }
      return {
        ...done(group, action.actionId, { assignee: action.user, version }),
        text: `Assigned to ${action.user}.`,
        story: { kind: 'assigned', text: `${name} assigned it to ${action.user}` },
      };
    }
  }
}

/** Marks an action as done, so that its repetition changes nothing. */
export function done(
  group: GroupDocument,
  actionId: string,
  change: Partial<GroupDocument>,
): Omit<ActionOutcome, 'text' | 'story'> {
  return {
    group: { ...group, ...change, actionIds: [...group.actionIds, actionId].slice(-ACTION_IDS_MAX) },
    refusal: undefined,
    repeated: false,
  };
}

function staleText({ acknowledgement }: GroupDocument): string {
  return acknowledgement === undefined
    ? 'It has changed in the meantime.'
    : `${acknowledgement.by.name} has acknowledged it in the meantime.`;
}
