import { type DataFrame, DataTopic, type Field, FieldType } from '@grafana/data';
import type { AlertGroup, AlertMember } from '@statbar/sdk/wire';
import { t } from '../texts.ts';
import { type AlertInterval, intervalsOf } from './alert-intervals.ts';
import { numberField, textField, timeField } from './series-frames.ts';

interface Row {
  readonly group: AlertGroup;
  readonly member: AlertMember;
  readonly interval: AlertInterval;
}

/**
 * Intervals of alerts, one a row, by time: time, timeEnd, state (pending, firing, acknowledged, silenced), open, and what is
 * known of the alert: `alertname`, `labels` and `annotations` as JSON, `group` (its id), `groupVersion` for actions, ...
 * An alert is told from others by `fingerprint`.
 */
export function alertFrame(
  groups: readonly AlertGroup[],
  refId: string,
  span: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): DataFrame {
  const rows = rowsOf(groups, span);
  const text = (name: string, of: (row: Row) => string | null): Field => textField(name, rows.map(of));
  const time = (name: string, of: (row: Row) => number | null): Field => ({
    ...timeField(rows.map(of) as number[]),
    name,
  });
  return {
    refId,
    name: 'alerts',
    meta: { preferredVisualisationType: 'table', custom: { statbar: 'alerts' } },
    fields: [
      time('time', ({ interval }) => interval.startMs),
      time('timeEnd', ({ interval }) => interval.endMs),
      text('state', ({ interval }) => interval.state),
      {
        name: 'open',
        type: FieldType.boolean,
        config: {},
        values: rows.map(({ interval }) => interval.open),
      },
      text('alertname', ({ group, member }) => member.labels['alertname'] ?? group.title),
      text('title', ({ group }) => group.title),
      text('summary', ({ group, member }) => member.annotations['summary'] ?? group.summary),
      text('severity', ({ group, member }) => member.labels['severity'] ?? group.severity),
      text('service', ({ member }) => member.labels['service'] ?? member.labels['job'] ?? ''),
      text('team', ({ member }) => member.labels['team'] ?? ''),
      text('owner', ({ group }) => group.owner ?? group.assignee ?? ''),
      text('assignee', ({ group }) => group.assignee),
      text('acknowledgedBy', ({ group }) => group.acknowledgement?.by.name ?? null),
      time('acknowledgedAt', ({ group }) => group.acknowledgement?.atMs ?? null),
      time('resolvedAt', ({ member }) => member.endsAtMs),
      text('receiver', ({ group }) => group.receiver),
      numberField(
        'value',
        rows.map(({ member }) => member.value),
      ),
      {
        name: 'flapping',
        type: FieldType.boolean,
        config: {},
        values: rows.map(({ member }) => member.flapping),
      },
      linked(
        t('links.runbook'),
        text('runbook', ({ group, member }) => member.annotations['runbook_url'] ?? group.runbookUrl),
      ),
      linked(
        t('links.source'),
        text('url', ({ group, member }) => group.url || member.generatorUrl),
      ),
      text('group', ({ group }) => group.id),
      text('groupKey', ({ group }) => group.key),
      numberField(
        'groupVersion',
        rows.map(({ group }) => group.version),
      ),
      text('groupState', ({ group }) => group.state),
      text('fingerprint', ({ member }) => member.fingerprint),
      text('labels', ({ member }) => JSON.stringify(member.labels)),
      text('annotations', ({ member }) => JSON.stringify(member.annotations)),
    ],
    length: rows.length,
  };
}

/** Cells that hold where a link leads to. */
function linked(title: string, field: Field): Field {
  return { ...field, config: { links: [{ title, url: '${__value.raw}', targetBlank: true }] } };
}

function rowsOf(
  groups: readonly AlertGroup[],
  { fromMs, toMs, nowMs }: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): Row[] {
  const rows: Row[] = [];
  for (const group of groups) {
    for (const member of group.members) {
      for (const interval of intervalsOf(group, member, nowMs)) {
        if (interval.endMs >= fromMs && interval.startMs <= toMs) rows.push({ group, member, interval });
      }
    }
  }
  return rows.sort(
    (a, b) =>
      a.interval.startMs - b.interval.startMs || (a.member.fingerprint < b.member.fingerprint ? -1 : 1),
  );
}

/** Alert groups as annotations: a region from the first start to the resolve. */
export function alertAnnotations(groups: readonly AlertGroup[], refId: string, nowMs: number): DataFrame {
  const rows = [...groups].sort((a, b) => startOf(a) - startOf(b));
  return {
    refId,
    name: 'alerts',
    meta: { dataTopic: DataTopic.Annotations, custom: { statbar: 'alert-annotations' } },
    fields: [
      { ...timeField(rows.map(startOf)), name: 'time' },
      { ...timeField(rows.map(({ resolvedAtMs }) => resolvedAtMs ?? nowMs)), name: 'timeEnd' },
      textField(
        'title',
        rows.map(({ title }) => title),
      ),
      textField(
        'text',
        rows.map(({ summary }) => summary),
      ),
      {
        name: 'tags',
        type: FieldType.other,
        config: {},
        values: rows.map(({ severity, state, groupLabels }) => [
          'alert',
          severity,
          state,
          ...Object.values(groupLabels),
        ]),
      },
      textField(
        'color',
        rows.map(({ severity }) => (severity === 'critical' || severity === 'error' ? 'red' : 'orange')),
      ),
      textField(
        'id',
        rows.map(({ id }) => id),
      ),
    ],
    length: rows.length,
  };
}

function startOf({ members, firedAtMs, createdAtMs }: AlertGroup): number {
  return Math.min(firedAtMs ?? createdAtMs, ...members.map(({ startsAtMs }) => startsAtMs));
}
