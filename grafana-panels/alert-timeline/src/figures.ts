import type { Interval } from './alerts.ts';
import { groupBy } from './group-by.ts';

/** What a lane's alerts did in sum. Means are NaN where there was nothing to take them of. */
export interface Figures {
  readonly alertCount: number;
  readonly openCount: number;
  /** How often an alert came back after it was over. */
  readonly returnCount: number;
  readonly meanToAcknowledgeMs: number;
  readonly meanToResolveMs: number;
}

/** An alert from when it began until it was over: intervals that touch. */
interface Run {
  readonly first: Interval;
  readonly intervals: Interval[];
  endMs: number;
}

/**
 * Times count from when an alert was told of, not from when it was pending. Of a run that began before the range its
 * earlier intervals may be missing: it counts only when it is seen from its pending time on.
 */
export function figuresOf(intervals: readonly Interval[], fromMs: number): Figures {
  const byAlert = groupBy(
    intervals.filter(({ state }) => state !== 'resolved'),
    ({ fingerprint }) => fingerprint,
  );
  const toAcknowledge: number[] = [];
  const toResolve: number[] = [];
  let [openCount, returnCount] = [0, 0];
  for (const own of byAlert.values()) {
    const runs = runsOf(own);
    returnCount += runs.length - 1;
    if (runs.some(isOpen)) openCount++;
    for (const run of runs) {
      const toldMs = run.intervals.find(({ state }) => state !== 'pending')?.startMs;
      if (toldMs === undefined || !(run.first.startMs >= fromMs || run.first.state === 'pending')) continue;
      const acknowledgedMs = acknowledgedOf(run);
      if (acknowledgedMs >= toldMs) toAcknowledge.push(acknowledgedMs - toldMs);
      if (!isOpen(run)) toResolve.push(run.endMs - toldMs);
    }
  }
  return {
    alertCount: byAlert.size,
    openCount,
    returnCount,
    meanToAcknowledgeMs: mean(toAcknowledge),
    meanToResolveMs: mean(toResolve),
  };
}

function runsOf(intervals: readonly Interval[]): Run[] {
  const runs: Run[] = [];
  for (const interval of [...intervals].sort((a, b) => a.startMs - b.startMs)) {
    const last = runs.at(-1);
    if (last === undefined || interval.startMs > last.endMs)
      runs.push({ first: interval, intervals: [interval], endMs: interval.endMs });
    else {
      last.intervals.push(interval);
      last.endMs = Math.max(last.endMs, interval.endMs);
    }
  }
  return runs;
}

function isOpen(run: Run): boolean {
  return run.intervals.some((interval) => interval.isOpen);
}

/** The first time that somebody took it, NaN when nobody did. */
function acknowledgedOf({ first, intervals, endMs }: Run): number {
  const times = intervals.flatMap(({ state, startMs, acknowledgedMs }) => {
    const said = acknowledgedMs >= first.startMs && acknowledgedMs <= endMs ? [acknowledgedMs] : [];
    return state === 'acknowledged' ? [startMs, ...said] : said;
  });
  return times.length === 0 ? Number.NaN : Math.min(...times);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
