import type { DataFrame } from '@grafana/data';
import type { AlertState, Interval } from './alerts.ts';
import { type FrameReader, readerOf } from './frame-reader.ts';
import { isMarks } from './read-marks.ts';
import { type Asked, isAlertSeries, readSeries } from './read-series.ts';

/** Names of states as they are elsewhere. */
const stateNames: Readonly<Record<string, AlertState>> = {
  pending: 'pending',
  firing: 'firing',
  alerting: 'firing',
  active: 'firing',
  acknowledged: 'acknowledged',
  silenced: 'silenced',
  suppressed: 'silenced',
  resolved: 'resolved',
  normal: 'resolved',
  ok: 'resolved',
  inactive: 'resolved',
};

/** Intervals of all frames that have any; undefined when no frame can have one. */
export function readIntervals(
  frames: readonly DataFrame[],
  asked: Asked = { stepMs: Number.NaN, toMs: Number.NaN },
): readonly Interval[] | undefined {
  const series = frames.filter(isAlertSeries);
  const tables = frames.filter((frame) => !isMarks(frame) && isTable(frame));
  if (tables.length + series.length === 0) return undefined;
  const read = tables.flatMap(readTable);
  return series.length === 0 ? read : [...read, ...readSeries(series, asked)];
}

/** Whether a frame can hold intervals of alerts. */
export function canRead(frame: DataFrame): boolean {
  return isAlertSeries(frame) || (!isMarks(frame) && isTable(frame));
}

function isTable(frame: DataFrame): boolean {
  return ['time', 'timeEnd', 'state'].every((name) => frame.fields.some((field) => field.name === name));
}

/** An alert's labels come with each of its intervals: the same text is read once. */
type ParseLabels = (json: string) => Readonly<Record<string, string>>;

function labelParser(): ParseLabels {
  const known = new Map<string, Readonly<Record<string, string>>>();
  return (json) => {
    const found = known.get(json) ?? parseLabels(json);
    known.set(json, found);
    return found;
  };
}

function parseLabels(json: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

function readTable(frame: DataFrame): Interval[] {
  const read = readerOf(frame);
  const labelsOf = labelParser();
  const intervals: Interval[] = [];
  for (let row = 0; row < frame.length; row++) {
    const state = stateNames[read.text('state', row).toLowerCase()];
    const startMs = read.number('time', row);
    const isOpen = read.isTrue('open', row);
    const endMs = read.number('timeEnd', row);
    // What has no state or no length has no place on a time axis; what began just now and goes on has.
    if (state === undefined || !(endMs > startMs || (isOpen && endMs === startMs))) continue;
    const times = { startMs, endMs: Math.max(endMs, startMs + 1), state, isOpen };
    intervals.push({ ...rowOf(frame, read, row, labelsOf), ...times });
  }
  return intervals;
}

type Rest = Omit<Interval, 'startMs' | 'endMs' | 'state' | 'isOpen'>;

function rowOf(frame: DataFrame, read: FrameReader, row: number, labelsOf: ParseLabels): Rest {
  const text = (name: string): string => read.text(name, row);
  const name = text('alertname') || text('title');
  return {
    name,
    fingerprint: text('fingerprint') || `${name} ${text('labels')}`,
    title: text('title') || name,
    summary: text('summary'),
    severity: text('severity'),
    service: text('service'),
    team: text('team'),
    owner: text('owner') || text('assignee'),
    acknowledgedBy: text('acknowledgedBy'),
    acknowledgedMs: read.number('acknowledgedAt', row),
    value: read.number('value', row),
    runbook: text('runbook'),
    url: text('url'),
    group: text('group'),
    groupTitle: text('title') || text('groupKey'),
    groupVersion: read.number('groupVersion', row),
    labels: labelsOf(text('labels')),
    refId: frame.refId ?? '',
    source: { frame, row },
  };
}
