import type { AlertGroup, AlertMember, AlertStoryEntry } from '@statbar/sdk/wire';

export type AlertIntervalState = 'pending' | 'firing' | 'acknowledged' | 'silenced';

/** A span of time in which an alert was in one state. */
export interface AlertInterval {
  readonly state: AlertIntervalState;
  readonly startMs: number;
  readonly endMs: number;
  /** It still is: `endMs` is only where we stopped looking. */
  readonly open: boolean;
}

interface Change {
  readonly atMs: number;
  readonly apply: (state: State) => void;
}

interface State {
  acknowledged: boolean;
  silenced: boolean;
}

/**
 * What one alert of a group was over time: firing from its start, acknowledged from when somebody took it, silenced while
 * silences held it back. Intervals follow one another without overlap. While it was pending it was not yet in a group.
 */
export function intervalsOf(group: AlertGroup, member: AlertMember, untilMs: number): AlertInterval[] {
  const startMs = member.startsAtMs;
  const isOver = member.endsAtMs !== null && member.state === 'resolved';
  const endMs = isOver ? (member.endsAtMs as number) : Math.max(startMs, untilMs);
  const state: State = { acknowledged: false, silenced: false };
  const at = (): AlertIntervalState =>
    state.silenced ? 'silenced' : state.acknowledged ? 'acknowledged' : 'firing';
  const intervals: AlertInterval[] = [];
  const push = (kind: AlertIntervalState, fromMs: number, toMs: number): void => {
    const before = intervals.at(-1);
    if (toMs <= fromMs) return;
    if (before?.state === kind && before.endMs === fromMs)
      intervals[intervals.length - 1] = { ...before, endMs: toMs };
    else intervals.push({ state: kind, startMs: fromMs, endMs: toMs, open: false });
  };
  let atMs = startMs;
  for (const change of changesOf(group, member)) {
    const changeMs = Math.min(Math.max(change.atMs, atMs), endMs);
    push(at(), atMs, changeMs);
    change.apply(state);
    atMs = changeMs;
  }
  push(at(), atMs, endMs);
  const last = intervals.at(-1);
  if (last !== undefined && !isOver) intervals[intervals.length - 1] = { ...last, open: true };
  return intervals;
}

/** From the group's story; where the story no longer has it, from what the group says now. */
function changesOf(group: AlertGroup, member: AlertMember): Change[] {
  const changes: Change[] = [];
  const told = new Set(group.story.map(({ kind }) => kind));
  for (const entry of group.story) {
    const change = changeOf(entry);
    if (change !== undefined) changes.push(change);
  }
  const { acknowledgement } = group;
  if (acknowledgement !== null && !told.has('acknowledged'))
    changes.push({ atMs: acknowledgement.atMs, apply: (state) => (state.acknowledged = true) });
  for (const { id, startsAtMs, endsAtMs } of told.has('silenced') ? [] : group.silences) {
    if (!member.silencedBy.includes(id)) continue;
    changes.push({ atMs: startsAtMs, apply: (state) => (state.silenced = true) });
    changes.push({ atMs: endsAtMs, apply: (state) => (state.silenced = false) });
  }
  return changes.sort((a, b) => a.atMs - b.atMs);
}

function changeOf({ kind, atMs }: AlertStoryEntry): Change | undefined {
  switch (kind) {
    case 'acknowledged':
      return { atMs, apply: (state) => (state.acknowledged = true) };
    case 'unacknowledged':
      return { atMs, apply: (state) => (state.acknowledged = false) };
    case 'silenced':
      return { atMs, apply: (state) => (state.silenced = true) };
    case 'unsilenced':
      return { atMs, apply: (state) => (state.silenced = false) };
    default:
      return undefined;
  }
}
