import { type Interval, states } from './alerts.ts';
import { type Figures, figuresOf } from './figures.ts';
import { groupBy } from './group-by.ts';
import type { TimelineOptions } from './options.ts';

/** Spans of one lane, by time, without overlap: each has the most urgent state of the alerts within. */
export interface Spans {
  readonly startsMs: Float64Array;
  readonly endsMs: Float64Array;
  /** Index in `states`. */
  readonly states: Uint8Array;
  /** Alerts in that state. */
  readonly counts: Uint32Array;
  /** 1: an alert was over at its end. */
  readonly resolved: Uint8Array;
}

export interface Lane {
  /** What the lane is of; empty where alerts do not say. */
  readonly key: string;
  readonly name: string;
  /** By start. */
  readonly intervals: readonly Interval[];
  readonly spans: Spans;
  readonly figures: Figures;
}

type PrepareOptions = Pick<TimelineOptions, 'laneBy' | 'sortBy' | 'showPending' | 'showSilenced'>;

/** A lane for each rule, alert, team, ...: figures are of all that happened, also of what the options hide. */
export function prepareLanes(
  intervals: readonly Interval[],
  options: PrepareOptions,
  fromMs: number,
): readonly Lane[] {
  const lanes = [...groupBy(intervals, (interval) => keyOf(interval, options.laneBy))].map(
    ([key, all]): Lane => {
      const shown = all
        .filter(({ state }) => options.showPending || state !== 'pending')
        .filter(({ state }) => options.showSilenced || state !== 'silenced')
        .sort((a, b) => a.startMs - b.startMs);
      return {
        key,
        name: nameOf(all[0], key, options.laneBy),
        intervals: shown,
        spans: spansOf(shown),
        figures: figuresOf(all, fromMs),
      };
    },
  );
  return lanes.filter((lane) => lane.intervals.length > 0).sort(orders[options.sortBy]);
}

function keyOf(interval: Interval, laneBy: TimelineOptions['laneBy']): string {
  if (laneBy === 'rule') return interval.name;
  return laneBy === 'alert' ? interval.fingerprint : interval[laneBy];
}

function nameOf(interval: Interval, key: string, laneBy: TimelineOptions['laneBy']): string {
  if (laneBy === 'group') return interval.groupTitle || key;
  if (laneBy !== 'alert') return key;
  return [interval.name, labelText(interval.labels)].filter((part) => part !== '').join(' ');
}

/** Labels without the name, in the order of their names, as `{a="b"}`. */
function labelText(json: string): string {
  try {
    const labels = Object.entries(JSON.parse(json) as Record<string, string>)
      .filter(([name]) => name !== 'alertname' && name !== 'severity')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${value}"`).join(', ')}}`;
  } catch {
    return '';
  }
}

const byName = (a: Lane, b: Lane): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const lastStart = ({ intervals }: Lane): number => intervals[intervals.length - 1].startMs;

const orders: Readonly<Record<TimelineOptions['sortBy'], (a: Lane, b: Lane) => number>> = {
  open: (a, b) => Number(b.figures.openCount > 0) - Number(a.figures.openCount > 0) || byName(a, b),
  recent: (a, b) => lastStart(b) - lastStart(a) || byName(a, b),
  returns: (a, b) => b.figures.returnCount - a.figures.returnCount || byName(a, b),
  name: byName,
};

interface Edge {
  readonly atMs: number;
  readonly state: number;
  readonly change: 1 | -1;
}

/** A sweep over starts and ends. Where no alert is, there is no span: gaps stay gaps. */
function spansOf(intervals: readonly Interval[]): Spans {
  const edges: Edge[] = [];
  for (const interval of intervals) {
    const state = states.indexOf(interval.state);
    edges.push({ atMs: interval.startMs, state, change: 1 }, { atMs: interval.endMs, state, change: -1 });
  }
  edges.sort((a, b) => a.atMs - b.atMs);
  const over = resolvedTimes(intervals);
  const counts = new Array<number>(states.length).fill(0);
  const spans: { startMs: number; endMs: number; state: number; count: number }[] = [];
  for (let i = 0; i < edges.length; ) {
    const { atMs } = edges[i];
    for (; i < edges.length && edges[i].atMs === atMs; i++) counts[edges[i].state] += edges[i].change;
    const state = counts.findLastIndex((count) => count > 0);
    const last = spans.at(-1);
    if (last !== undefined && last.endMs === Number.POSITIVE_INFINITY) {
      const goesOn = last.state === state && last.count === counts[state] && !over.has(atMs);
      if (goesOn) continue;
      last.endMs = atMs;
    }
    if (state >= 0)
      spans.push({ startMs: atMs, endMs: Number.POSITIVE_INFINITY, state, count: counts[state] });
  }
  return {
    startsMs: Float64Array.from(spans, ({ startMs }) => startMs),
    endsMs: Float64Array.from(spans, ({ endMs }) => endMs),
    states: Uint8Array.from(spans, ({ state }) => state),
    counts: Uint32Array.from(spans, ({ count }) => count),
    resolved: Uint8Array.from(spans, ({ endMs }) => (over.has(endMs) ? 1 : 0)),
  };
}

/** Times at which an alert was over: its last interval ended, and nothing of it goes on from there. */
function resolvedTimes(intervals: readonly Interval[]): ReadonlySet<number> {
  const starts = new Set(intervals.map(({ fingerprint, startMs }) => `${startMs} ${fingerprint}`));
  const over = intervals.filter(
    ({ state, isOpen, endMs, fingerprint }) =>
      state !== 'resolved' && !isOpen && !starts.has(`${endMs} ${fingerprint}`),
  );
  return new Set(over.map(({ endMs }) => endMs));
}
