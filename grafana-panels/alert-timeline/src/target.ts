import type { Interval, Mark } from './alerts.ts';
import { alertsAt, marksAt } from './hit-test.ts';
import type { Lane } from './prepare.ts';

/**
 * What the viewer points at, or moved to with the keyboard: a place, not what is there, so that it stays the same when
 * new data comes and lanes change their order.
 */
export interface Target {
  /** Undefined: the marks above the lanes. */
  readonly laneKey: string | undefined;
  readonly timeMs: number;
  /** How near is near enough. */
  readonly slackMs: number;
  /** In CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
  readonly by: 'pointer' | 'keys';
}

/** What is at a target now. */
export interface Seen {
  /** -1: no lane. */
  readonly laneIndex: number;
  readonly intervals: readonly Interval[];
  readonly marks: readonly Mark[];
}

export function lookAt(
  lanes: readonly Lane[],
  marks: readonly Mark[],
  target: Target | undefined,
): Seen | undefined {
  if (target === undefined) return undefined;
  const { laneKey, timeMs, slackMs } = target;
  if (laneKey === undefined) return { laneIndex: -1, intervals: [], marks: marksAt(marks, timeMs, slackMs) };
  const laneIndex = lanes.findIndex(({ key }) => key === laneKey);
  if (laneIndex < 0) return undefined;
  return { laneIndex, intervals: alertsAt(lanes[laneIndex], timeMs, slackMs), marks: [] };
}
