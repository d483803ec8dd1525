/** What the decision about a group depends on. */
export interface GroupStanding {
  readonly state: 'waiting' | 'firing' | 'resolved';
  readonly createdAtMs: number;
  /** When receivers were told last. */
  readonly toldAtMs: number;
  /** Something changed that receivers with an interval do not know. */
  readonly changed: boolean;
  readonly acknowledged: boolean;
}

export interface GroupView {
  readonly firing: number;
  /** Firing, neither silenced nor inhibited. */
  readonly audible: number;
  /** By a mute timing of the route. */
  readonly muted: boolean;
}

export interface GroupTimings {
  readonly waitMs: number;
  readonly intervalMs: number;
  readonly repeatMs: number;
}

export type GroupStep = 'none' | 'forget' | 'fire' | 'tell_changes' | 'repeat' | 'resolve';

export type GroupReason =
  | 'over'
  | 'resolved_before_told'
  | 'silenced'
  | 'muted'
  | 'group_wait'
  | 'fired'
  | 'resolved'
  | 'nothing_new'
  | 'group_interval'
  | 'repeat_interval'
  | 'acknowledged';

/**
 * What is to be done about a group now, and when to look again (undefined: only when something happens). A resolve is
 * told whether or not the group is silenced or muted: whoever was told that it fires is told that it is over.
 */
export function nextGroup(
  group: GroupStanding,
  view: GroupView,
  timings: GroupTimings,
  nowMs: number,
): { readonly step: GroupStep; readonly reason: GroupReason; readonly dueAtMs: number | undefined } {
  const outcome = (step: GroupStep, reason: GroupReason, dueAtMs?: number) => ({ step, reason, dueAtMs });
  if (group.state === 'resolved') return outcome('none', 'over');
  if (group.state === 'waiting') {
    if (view.firing === 0) return outcome('forget', 'resolved_before_told');
    if (view.audible === 0) return outcome('none', 'silenced');
    if (view.muted) return outcome('none', 'muted');
    const dueAtMs = group.createdAtMs + timings.waitMs;
    return nowMs < dueAtMs ? outcome('none', 'group_wait', dueAtMs) : outcome('fire', 'fired');
  }
  if (view.firing === 0) return outcome('resolve', 'resolved');
  if (view.audible === 0) return outcome('none', 'silenced');
  if (view.muted) return outcome('none', 'muted');
  const intervalAtMs = group.toldAtMs + timings.intervalMs;
  const repeatAtMs = group.toldAtMs + timings.repeatMs;
  if (group.changed) {
    return nowMs >= intervalAtMs
      ? outcome('tell_changes', 'group_interval')
      : outcome('none', 'group_interval', intervalAtMs);
  }
  if (group.acknowledged) return outcome('none', 'acknowledged');
  return nowMs >= repeatAtMs
    ? outcome('repeat', 'repeat_interval')
    : outcome('none', 'nothing_new', repeatAtMs);
}
