import { type DataFrame, type Field, FieldType } from '@grafana/data';
import type { Interval } from './alerts.ts';

type Labels = Readonly<Record<string, string>>;

/** Series of Prometheus's `ALERTS`: 1 at each step at which an alert was pending or firing, nothing where it was not. */
export function isAlertSeries(frame: DataFrame): boolean {
  return frame.fields.some(isStateField) && frame.fields.some(({ type }) => type === FieldType.time);
}

function isStateField({ type, labels }: Field): boolean {
  return type === FieldType.number && labels?.['alertname'] !== undefined && stateOf(labels) !== undefined;
}

function stateOf({ alertstate }: Labels): 'pending' | 'firing' | undefined {
  return alertstate === 'pending' || alertstate === 'firing' ? alertstate : undefined;
}

/** What was asked for: NaN where it is not known. */
export interface Asked {
  readonly stepMs: number;
  readonly toMs: number;
}

/**
 * One interval for steps that follow one another: each stands for the time until the next step. A missing step is a
 * gap, and stays one. The data source may say the step (as Prometheus's does); else it is the one that was asked for, or
 * a longer one if all series have that.
 */
export function readSeries(frames: readonly DataFrame[], asked: Asked): Interval[] {
  const columns = frames.flatMap((frame) => {
    const timeField = frame.fields.find(({ type }) => type === FieldType.time);
    const times = (timeField?.values ?? []) as number[];
    const stepMs = timeField?.config.interval;
    return frame.fields.filter(isStateField).map((field) => ({ frame, field, times, stepMs }));
  });
  const shortest = shortestStep(columns.map(({ times }) => times));
  const guessed = Math.max(asked.stepMs, shortest) || asked.stepMs || 60_000;
  const step = columns.find(({ stepMs }) => stepMs)?.stepMs ?? guessed;
  return columns.flatMap(({ frame, field, times }) => {
    const labels = field.labels ?? {};
    const rest = restOf(labels, frame);
    return runsOf(times, field.values, step).map(
      ([first, last]): Interval => ({
        ...rest,
        startMs: times[first],
        endMs: times[last] + step,
        state: stateOf(labels) ?? 'firing',
        isOpen: times[last] + 2 * step > asked.toMs,
        source: { frame, row: last },
      }),
    );
  });
}

/** NaN when no series has two times. */
function shortestStep(columns: ReadonlyArray<readonly number[]>): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const times of columns) {
    for (let i = 1; i < times.length; i++) shortest = Math.min(shortest, times[i] - times[i - 1]);
  }
  return Number.isFinite(shortest) && shortest > 0 ? shortest : Number.NaN;
}

/** First and last index of the values that are above zero and no more than a step and a half apart. */
function runsOf(times: readonly number[], values: readonly unknown[], stepMs: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < times.length; i++) {
    if (!(Number(values[i] ?? 0) > 0)) continue;
    const run = runs.at(-1);
    if (run !== undefined && times[i] - times[run[1]] <= 1.5 * stepMs) run[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}

function restOf(
  all: Labels,
  frame: DataFrame,
): Omit<Interval, 'startMs' | 'endMs' | 'state' | 'isOpen' | 'source'> {
  const { alertstate: _state, __name__: _name, ...labels } = all;
  const name = labels['alertname'] ?? '';
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name,
    fingerprint: JSON.stringify(sorted),
    title: name,
    ...{ summary: '', acknowledgedBy: '', runbook: '', url: '', group: '', groupTitle: '' },
    severity: labels['severity'] ?? '',
    service: labels['service'] ?? labels['job'] ?? '',
    team: labels['team'] ?? '',
    owner: labels['owner'] ?? '',
    ...{ acknowledgedMs: Number.NaN, value: Number.NaN, groupVersion: Number.NaN },
    labels,
    refId: frame.refId ?? '',
  };
}
