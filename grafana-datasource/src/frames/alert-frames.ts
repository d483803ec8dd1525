import { type DataFrame, DataTopic, type Field, FieldType } from '@grafana/data';
import type { AlertGroup, AlertMember, Labels } from '@statbar/sdk/wire';
import { t } from '../texts.ts';
import { type AlertInterval, intervalsOf } from './alert-intervals.ts';
import { labelsKey } from './columns.ts';
import type { PendingAlert } from './pending-intervals.ts';
import { numberField, textField, timeField } from './series-frames.ts';

interface Row {
  /** Neither is known of an alert that never fired. */
  readonly group?: AlertGroup | undefined;
  readonly member?: AlertMember | undefined;
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly interval: AlertInterval;
}

/**
 * Intervals of alerts, one a row, by time: time, timeEnd, state (pending, firing, acknowledged, silenced), open, and what is
 * known of the alert: `alertname`, `labels` and `annotations` as JSON, `group` (its id), `groupVersion` for actions, ...
 * An alert is told from others by `fingerprint`.
 */
export function alertFrame(
  groups: readonly AlertGroup[],
  pending: readonly PendingAlert[],
  refId: string,
  span: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): DataFrame {
  const rows = rowsOf(groups, pending, span);
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
      text('alertname', ({ group, labels }) => labels['alertname'] ?? group?.title ?? ''),
      text('title', ({ group, labels }) => group?.title ?? labels['alertname'] ?? ''),
      text('summary', ({ group, member }) => member?.annotations['summary'] ?? group?.summary ?? ''),
      text('severity', ({ group, labels }) => labels['severity'] ?? group?.severity ?? ''),
      text('service', ({ labels }) => labels['service'] ?? labels['job'] ?? ''),
      text('team', ({ labels }) => labels['team'] ?? ''),
      text('owner', ({ group }) => group?.owner ?? group?.assignee ?? ''),
      text('assignee', ({ group }) => group?.assignee ?? null),
      text('acknowledgedBy', ({ group }) => group?.acknowledgement?.by.name ?? null),
      time('acknowledgedAt', ({ group }) => group?.acknowledgement?.atMs ?? null),
      time('resolvedAt', ({ member }) => member?.endsAtMs ?? null),
      ...detailFields(rows),
    ],
    length: rows.length,
  };
}

/** What is known beside: who was told, what is measured, where it leads, and what tells alerts and groups apart. */
function detailFields(rows: readonly Row[]): Field[] {
  const text = (name: string, of: (row: Row) => string | null): Field => textField(name, rows.map(of));
  return [
    text('receiver', ({ group }) => group?.receiver ?? ''),
    numberField(
      'value',
      rows.map(({ member }) => member?.value ?? null),
    ),
    {
      name: 'flapping',
      type: FieldType.boolean,
      config: {},
      values: rows.map(({ member }) => member?.flapping === true),
    },
    linked(
      t('links.runbook'),
      text('runbook', ({ group, member }) => member?.annotations['runbook_url'] ?? group?.runbookUrl ?? null),
    ),
    linked(
      t('links.source'),
      text('url', ({ group, member }) => group?.url || (member?.generatorUrl ?? '')),
    ),
    text('group', ({ group }) => group?.id ?? ''),
    text('groupKey', ({ group }) => group?.key ?? ''),
    numberField(
      'groupVersion',
      rows.map(({ group }) => group?.version ?? null),
    ),
    text('groupState', ({ group }) => group?.state ?? ''),
    text('fingerprint', ({ fingerprint }) => fingerprint),
    text('labels', ({ labels }) => JSON.stringify(labels)),
    text('annotations', ({ member }) => JSON.stringify(member?.annotations ?? {})),
  ];
}

/** Cells that hold where a link leads to. */
function linked(title: string, field: Field): Field {
  return { ...field, config: { links: [{ title, url: '${__value.raw}', targetBlank: true }] } };
}

function rowsOf(
  groups: readonly AlertGroup[],
  pending: readonly PendingAlert[],
  { fromMs, toMs, nowMs }: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): Row[] {
  const rows: Row[] = [];
  for (const group of groups) {
    for (const member of group.members) {
      const { labels, fingerprint } = member;
      for (const interval of intervalsOf(group, member, nowMs))
        rows.push({ group, member, labels, fingerprint, interval });
    }
  }
  for (const { labels, interval, known } of pending) {
    const { group, member } = known ?? {};
    const own = member?.labels ?? labels;
    rows.push({ group, member, labels: own, fingerprint: member?.fingerprint ?? labelsKey(own), interval });
  }
  return rows
    .filter(({ interval }) => interval.endMs >= fromMs && interval.startMs <= toMs)
    .sort((a, b) => a.interval.startMs - b.interval.startMs || (a.fingerprint < b.fingerprint ? -1 : 1));
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
