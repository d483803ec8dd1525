import type { DataFrame } from '@grafana/data';
import type { AlertState, Interval } from './alerts.ts';
import { readerOf } from './frame-reader.ts';
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
  const { text, number, isTrue } = readerOf(frame);
  const [stateOf, openOf] = [text('state'), isTrue('open')];
  const [startOf, endOf] = [number('time'), number('timeEnd')];
  const restOf = rowReader(frame);
  const intervals: Interval[] = [];
  for (let row = 0; row < frame.length; row++) {
    const state = stateNames[stateOf(row).toLowerCase()];
    const startMs = startOf(row);
    const isOpen = openOf(row);
    const endMs = endOf(row);
    // What has no state or no length has no place on a time axis; what began just now and goes on has.
    if (state === undefined || !(endMs > startMs || (isOpen && endMs === startMs))) continue;
    intervals.push(restOf(row, { startMs, endMs: Math.max(endMs, startMs + 1), state, isOpen }));
  }
  return intervals;
}

type Times = Pick<Interval, 'startMs' | 'endMs' | 'state' | 'isOpen'>;

function rowReader(frame: DataFrame): (row: number, times: Times) => Interval {
  const { text, number } = readerOf(frame);
  const [alertname, title, labels, fingerprint] = ['alertname', 'title', 'labels', 'fingerprint'].map(text);
  const [summary, severity, service, team] = ['summary', 'severity', 'service', 'team'].map(text);
  const [owner, assignee, acknowledgedBy] = ['owner', 'assignee', 'acknowledgedBy'].map(text);
  const [runbook, url, group, groupKey] = ['runbook', 'url', 'group', 'groupKey'].map(text);
  const [acknowledgedAt, value, version] = ['acknowledgedAt', 'value', 'groupVersion'].map(number);
  const labelsOf = labelParser();
  const refId = frame.refId ?? '';
  return (row, { startMs, endMs, state, isOpen }) => {
    const name = alertname(row) || title(row);
    return {
      startMs,
      endMs,
      state,
      isOpen,
      name,
      fingerprint: fingerprint(row) || `${name} ${labels(row)}`,
      title: title(row) || name,
      summary: summary(row),
      severity: severity(row),
      service: service(row),
      team: team(row),
      owner: owner(row) || assignee(row),
      acknowledgedBy: acknowledgedBy(row),
      acknowledgedMs: acknowledgedAt(row),
      value: value(row),
      runbook: runbook(row),
      url: url(row),
      group: group(row),
      groupTitle: title(row) || groupKey(row),
      groupVersion: version(row),
      labels: labelsOf(labels(row)),
      refId,
      source: { frame, row },
    };
  };
}
