import type { AlertGroup, AlertMember, Labels } from '@statbar/sdk/wire';
import type { AlertInterval } from './alert-intervals.ts';
import { labelsKey, type SeriesColumns } from './columns.ts';

/** A time in which an alert's condition held, but not yet for long enough. */
export interface PendingAlert {
  readonly labels: Labels;
  readonly interval: AlertInterval;
  /** The alert that it is, where it has fired at some time of the range. */
  readonly known: { readonly group: AlertGroup; readonly member: AlertMember } | undefined;
}

/**
 * From series of `ALERTS{alertstate="pending"}` to intervals, a run of steps each. One that ends where the alert begins to
 * fire reaches up to there; one that lasts up to the end of the range is open.
 */
export function pendingIntervals(
  series: readonly SeriesColumns[],
  groups: readonly AlertGroup[],
  { stepMs, toMs }: { readonly stepMs: number; readonly toMs: number },
): PendingAlert[] {
  const find = finder(groups);
  return series.flatMap(({ labels: own, timesMs }) => {
    const { __name__: _name, alertstate: _state, ...labels } = own;
    const all = find(labels);
    return runsOf(timesMs, stepMs).map(([startMs, lastMs]): PendingAlert => {
      const fired = all
        .filter(({ member }) => member.startsAtMs >= startMs && member.startsAtMs - lastMs <= 1.5 * stepMs)
        .sort((a, b) => a.member.startsAtMs - b.member.startsAtMs)[0];
      const open = fired === undefined && lastMs + 1.5 * stepMs >= toMs;
      const endMs = fired?.member.startsAtMs ?? (open ? toMs : lastMs + stepMs);
      return {
        labels,
        interval: { state: 'pending', startMs, endMs, open },
        known: fired ?? all.at(-1),
      };
    });
  });
}

/** Steps that follow one another, as first and last. */
function runsOf(timesMs: readonly number[], stepMs: number): [number, number][] {
  const runs: [number, number][] = [];
  for (const timeMs of timesMs) {
    const last = runs.at(-1);
    if (last !== undefined && timeMs - last[1] <= 1.5 * stepMs) last[1] = timeMs;
    else runs.push([timeMs, timeMs]);
  }
  return runs;
}

type Known = NonNullable<PendingAlert['known']>;

/** Alerts have the labels of the rule's series, and those that the service adds to all. */
function finder(groups: readonly AlertGroup[]): (labels: Labels) => readonly Known[] {
  const byName = new Map<string, Known[]>();
  for (const group of groups) {
    for (const member of group.members) {
      const name = member.labels['alertname'] ?? '';
      const known = byName.get(name) ?? [];
      known.push({ group, member });
      byName.set(name, known);
    }
  }
  return (labels) => {
    const named = byName.get(labels['alertname'] ?? '') ?? [];
    const key = labelsKey(labels);
    const exact = named.filter(({ member }) => labelsKey(member.labels) === key);
    if (exact.length > 0) return exact;
    const pairs = Object.entries(labels);
    return named.filter(({ member }) => pairs.every(([name, value]) => member.labels[name] === value));
  };
}
