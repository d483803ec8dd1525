import type { DeliveryPart } from '@statbar/sdk/wire';
import type { GroupDocument } from '../desk/docs.ts';
import type { NotificationEvent, OutboxEntry } from '../types.ts';
import { priorityOf } from './next-entry.ts';
import type { Target } from './targets.ts';

/** Alerts that come right after the first are in the picture, too. */
export const CHART_PAUSE_MS = 500;

/** What a target gets of a group that fires: the card, and in chat what will be in its thread. */
export function firstEntries(group: GroupDocument, target: Target, nowMs: number): readonly OutboxEntry[] {
  const card = newEntry(group, target, 'card', 'fired', group.revision, nowMs);
  if (target.chat === undefined) {
    // A receiver that is new to a group which somebody has acknowledged.
    return [group.acknowledgement === undefined ? card : { ...card, thenEvent: 'acknowledged' }];
  }
  const told = group.storySequence;
  const story = newEntry(group, target, 'story', 'changed', told, nowMs);
  const chart = newEntry(group, target, 'chart', 'fired', group.revision, nowMs);
  return [
    card,
    { ...story, state: 'sent', underway: told, arrived: told },
    { ...chart, notBeforeMs: nowMs + CHART_PAUSE_MS },
  ];
}

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
