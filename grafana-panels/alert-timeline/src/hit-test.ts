import type { Interval, Mark } from './alerts.ts';
import type { Lane } from './prepare.ts';
import { firstSpanAfter, urgencyOf } from './spans.ts';

/** The alerts of a lane at a time, most urgent first as the lane shows them; `slackMs` forgives a near miss. */
export function alertsAt(lane: Lane, timeMs: number, slackMs: number): readonly Interval[] {
  const { spans, intervals } = lane;
  let nearest = -1;
  let nearestMs = slackMs;
  for (let i = firstSpanAfter(spans, timeMs - slackMs); i < spans.startsMs.length; i++) {
    const distanceMs = Math.max(0, spans.startsMs[i] - timeMs, timeMs - spans.endsMs[i]);
    if (spans.startsMs[i] - timeMs > slackMs) break;
    if (distanceMs < nearestMs || nearest < 0) [nearest, nearestMs] = [i, distanceMs];
  }
  if (nearest < 0) return [];
  const [startMs, endMs] = [spans.startsMs[nearest], spans.endsMs[nearest]];
  // An interval does not include its end.
  const atMs = Math.max(startMs, Math.min(timeMs, endMs - 1e-3));
  const found = intervals.filter((interval) => interval.startMs <= atMs && interval.endMs > atMs);
  return found.sort((a, b) => urgencyOf(b) - urgencyOf(a));
}

/** Where an alert stands now: its interval that is still open; undefined when it is over. */
export function openOf(lane: Lane, { fingerprint, group }: Interval): Interval | undefined {
  return lane.intervals.findLast(
    (each) => each.isOpen && each.fingerprint === fingerprint && each.group === group,
  );
}

export function marksAt(marks: readonly Mark[], timeMs: number, slackMs: number): readonly Mark[] {
  return marks.filter(({ startMs, endMs }) => startMs - slackMs <= timeMs && timeMs <= endMs + slackMs);
}
