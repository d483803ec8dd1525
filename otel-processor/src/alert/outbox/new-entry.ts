import type { DeliveryPart } from '@statbar/sdk/wire';
import type { NotificationEvent, OutboxEntry } from '../types.ts';
import { priorityOf } from './next-entry.ts';
import type { Target } from './targets.ts';

/** An entry that nothing has happened to yet. */
export function newEntry(
  group: { readonly id: string },
  target: Target,
  part: DeliveryPart | 'action',
  event: NotificationEvent,
  revision: number,
  nowMs: number,
): OutboxEntry {
  return {
    id: `${group.id}/${target.key}/${part}`,
    groupId: group.id,
    target: target.key,
    part,
    lane: target.traits.lane,
    priority: priorityOf(part, event),
    event,
    state: 'pending',
    underwayEvent: undefined,
    thenEvent: undefined,
    wanted: revision,
    underway: 0,
    arrived: 0,
    told: false,
    unsure: false,
    sequence: 0,
    attempts: 0,
    failures: 0,
    notBeforeMs: nowMs,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    lastReason: '',
    remoteRef: undefined,
    chat:
      target.chat === undefined
        ? undefined
        : {
            target: target.chat,
            messageId: undefined,
            threadId: undefined,
            memo: undefined,
            digest: undefined,
          },
    page: undefined,
  };
}
