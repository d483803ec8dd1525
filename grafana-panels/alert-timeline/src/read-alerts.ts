import { type DataFrame, DataTopic, type Field } from '@grafana/data';
import type { AlertState, Interval, Mark } from './alerts.ts';

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

/** Intervals of all frames that have `time`, `timeEnd` and `state`; undefined when there is no such frame. */
export function readIntervals(frames: readonly DataFrame[]): readonly Interval[] | undefined {
  const fit = frames.filter((frame) => !isMarks(frame) && isAlerts(frame));
  if (fit.length === 0) return undefined;
  return fit.flatMap(readFrame);
}

/** Episodes and annotations, whichever way they came. */
export function readMarks(frames: readonly DataFrame[]): readonly Mark[] {
  return frames.filter(isMarks).flatMap((frame) => {
    const read = reader(frame);
    return rowsOf(frame).flatMap((row) => {
      const startMs = read.number('time', row);
      if (Number.isNaN(startMs)) return [];
      const endMs = read.number('timeEnd', row);
      return {
        startMs,
        endMs: Number.isNaN(endMs) ? startMs : Math.max(startMs, endMs),
        title: read.text('title', row) || read.text('text', row),
        text: read.text('title', row) === '' ? '' : read.text('text', row),
      };
    });
  });
}

function isMarks({ meta }: DataFrame): boolean {
  return meta?.dataTopic === DataTopic.Annotations;
}

function isAlerts(frame: DataFrame): boolean {
  return ['time', 'timeEnd', 'state'].every((name) => frame.fields.some((field) => field.name === name));
}

function rowsOf(frame: DataFrame): number[] {
  return Array.from({ length: frame.length }, (_, row) => row);
}

function reader(frame: DataFrame) {
  const fields = new Map<string, Field>(frame.fields.map((field) => [field.name, field]));
  const valueAt = (name: string, row: number): unknown => fields.get(name)?.values[row];
  return {
    text(name: string, row: number): string {
      const value = valueAt(name, row);
      return value === null || value === undefined ? '' : String(value);
    },
    number(name: string, row: number): number {
      const value = valueAt(name, row);
      return typeof value === 'number' ? value : Number.NaN;
    },
    isTrue: (name: string, row: number): boolean => valueAt(name, row) === true,
  };
}

function readFrame(frame: DataFrame): Interval[] {
  const read = reader(frame);
  return rowsOf(frame).flatMap((row) => {
    const text = (name: string): string => read.text(name, row);
    const state = stateNames[text('state').toLowerCase()];
    const [startMs, endMs] = [read.number('time', row), read.number('timeEnd', row)];
    // What has no state or no length has no place on a time axis.
    if (state === undefined || !(endMs > startMs)) return [];
    const name = text('alertname') || text('title');
    return {
      ...{ startMs, endMs, state, name },
      isOpen: read.isTrue('open', row),
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
      labels: text('labels'),
      refId: frame.refId ?? '',
    };
  });
}
