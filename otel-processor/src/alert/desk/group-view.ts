import type {
  AlertChart,
  AlertEscalation,
  AlertGroup,
  AlertLink,
  AlertMember,
  AlertSeverity,
} from '@statbar/sdk/wire';
import type { LabelRecord } from '../../model/index.ts';
import type { AlertDocument, GroupDocument, SilenceDocument } from './docs.ts';
import type { EscalationChain } from './next-escalation.ts';

/** What a picture of a group is made from besides its document. */
export interface ViewContext {
  readonly members: readonly AlertDocument[];
  readonly silencesOf: (alert: AlertDocument) => readonly string[];
  readonly inhibitorsOf: (alert: AlertDocument) => readonly string[];
  readonly silence: (id: string) => SilenceDocument | undefined;
  readonly chain: EscalationChain | undefined;
  readonly onCall: readonly string[];
  readonly membersShown: number;
  readonly storyShown: number;
  readonly chart: Omit<AlertChart, 'firingFromMs' | 'firingToMs' | 'series'> | undefined;
  readonly externalUrl: string;
}

const MEMBERS_DRAWN_MAX = 12;

/** A group as the wire has it. */
export function groupView(group: GroupDocument, context: ViewContext): AlertGroup {
  const { members, silencesOf, inhibitorsOf } = context;
  const order = [...members].sort(
    (a, b) => Number(a.state === 'resolved') - Number(b.state === 'resolved') || a.startsAtMs - b.startsAtMs,
  );
  const firing = members.filter(({ state }) => state === 'firing');
  const spoken = firing.length > 0 ? firing : members;
  const commonLabels = common(spoken.map(({ labels }) => labels));
  const commonAnnotations = common(spoken.map(({ annotations }) => annotations));
  // The card is called what its first alert made of it: it keeps its words when that one is over, and others go on.
  const shared = common(members.map(({ annotations }) => annotations));
  const first = members[0]?.annotations ?? {};
  const text = (name: string): string | undefined => shared[name] ?? first[name];
  const member = (alert: AlertDocument): AlertMember => memberView(alert, silencesOf, inhibitorsOf);
  return {
    id: group.id,
    key: group.key,
    version: group.version,
    revision: group.revision,
    state: group.state,
    title: titleOf(group, members),
    summary:
      text('summary') ?? text('description') ?? text('message') ?? summaryOf(members.length, firing.length),
    severity: worstSeverity(spoken),
    owner: commonLabels['owner'] ?? text('owner') ?? commonLabels['team'] ?? null,
    runbookUrl: text('runbook_url') ?? text('runbook') ?? null,
    links: linksOf(first, members[0]?.generatorUrl ?? ''),
    receiver: group.receiver,
    groupLabels: group.labels,
    commonLabels,
    commonAnnotations,
    createdAtMs: group.createdAtMs,
    firedAtMs: group.firedAtMs ?? null,
    resolvedAtMs: group.resolvedAtMs ?? null,
    updatedAtMs: group.updatedAtMs,
    members: order.slice(0, context.membersShown).map(member),
    counts: {
      total: members.length,
      firing: firing.length,
      resolved: members.length - firing.length,
      silenced: firing.filter((alert) => silencesOf(alert).length > 0).length,
      inhibited: firing.filter((alert) => inhibitorsOf(alert).length > 0).length,
    },
    mutedBy: group.muted,
    acknowledgement: group.acknowledgement ?? null,
    assignee: group.assignee ?? null,
    silences: group.silencedBy.flatMap((id) => {
      const silence = context.silence(id);
      if (silence === undefined) return [];
      const { createdBy, comment, startsAtMs, endsAtMs } = silence;
      return [{ id, createdBy, comment, startsAtMs, endsAtMs }];
    }),
    escalation: escalationView(group, context.chain),
    onCall: context.onCall,
    story: group.story.slice(-context.storyShown),
    chart: chartView(group, spoken, context.chart),
    remediations: group.remediations,
    url: context.externalUrl === '' ? '' : `${context.externalUrl.replace(/\/+$/, '')}/alerts/${group.id}`,
  };
}

function memberView(
  alert: AlertDocument,
  silencesOf: ViewContext['silencesOf'],
  inhibitorsOf: ViewContext['inhibitorsOf'],
): AlertMember {
  const { fingerprint, labels, annotations, state, value, startsAtMs, endsAtMs, generatorUrl, flap } = alert;
  const fires = state === 'firing';
  return {
    fingerprint,
    labels,
    annotations,
    state,
    value: value === undefined || !Number.isFinite(value) ? null : value,
    startsAtMs,
    endsAtMs: endsAtMs ?? null,
    generatorUrl,
    silencedBy: fires ? silencesOf(alert) : [],
    inhibitedBy: fires ? inhibitorsOf(alert) : [],
    flapping: flap.flapping,
  };
}

function titleOf(group: GroupDocument, members: readonly AlertDocument[]): string {
  const name = group.labels['alertname'] ?? group.name ?? nameOf(members);
  const rest = Object.entries(group.labels).filter(([label]) => label !== 'alertname');
  if (rest.length === 0) return name;
  return `${name} (${rest
    .slice(0, 5)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ')})`;
}

/** What the alerts are all called; of several names none. */
export function nameOf(members: readonly AlertDocument[]): string {
  return common(members.map(({ labels }) => labels))['alertname'] ?? 'Alerts';
}

function summaryOf(total: number, firing: number): string {
  if (firing === 0) return total === 1 ? 'Resolved.' : `All ${total} alerts have resolved.`;
  return firing === 1 ? 'One alert fires.' : `${firing} alerts fire.`;
}

const severityOrder: readonly AlertSeverity[] = ['critical', 'error', 'warning', 'info'];
const severityWords: Readonly<Record<string, AlertSeverity>> = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  p1: 'critical',
  high: 'error',
  error: 'error',
  major: 'error',
  p2: 'error',
  warning: 'warning',
  warn: 'warning',
  ticket: 'warning',
  medium: 'warning',
  minor: 'warning',
  p3: 'warning',
  info: 'info',
  information: 'info',
  low: 'info',
  none: 'info',
  p4: 'info',
  p5: 'info',
};

/** The worst of the label `severity`; what is not known counts as a warning. */
export function worstSeverity(alerts: readonly AlertDocument[]): AlertSeverity {
  const found = new Set(
    alerts.map(({ labels }) => severityWords[(labels['severity'] ?? '').toLowerCase()] ?? 'warning'),
  );
  return severityOrder.find((severity) => found.has(severity)) ?? 'warning';
}

function linksOf(annotations: LabelRecord, generatorUrl: string): readonly AlertLink[] {
  const links: AlertLink[] = [];
  for (const [name, url] of Object.entries(annotations)) {
    const match = /^(?:(dashboard)(?:_url)?|link_([a-z0-9_]{1,40}))$/i.exec(name);
    if (match === null || !/^https?:\/\//.test(url)) continue;
    const title = match[1] ?? match[2].replaceAll('_', ' ');
    links.push({ title: title[0].toUpperCase() + title.slice(1), url });
  }
  if (/^https?:\/\//.test(generatorUrl)) links.push({ title: 'Source', url: generatorUrl });
  return links.slice(0, 10);
}

function escalationView(group: GroupDocument, chain: EscalationChain | undefined): AlertEscalation | null {
  const { escalation, acknowledgement, state } = group;
  if (escalation === undefined) return null;
  const over = escalation.nextAtMs === undefined || state === 'resolved';
  const isAcknowledged = acknowledgement !== undefined;
  return {
    chain: escalation.chain,
    stepsDone: escalation.stepsDone,
    stepCount: (chain?.steps.length ?? 0) * ((chain?.repeat ?? 0) + 1),
    nextAtMs: over || isAcknowledged ? null : (escalation.nextAtMs ?? null),
    state: over ? 'done' : isAcknowledged ? 'acknowledged' : 'running',
    paged: escalation.paged,
  };
}

function chartView(
  group: GroupDocument,
  members: readonly AlertDocument[],
  chart: ViewContext['chart'],
): AlertChart | null {
  if (chart === undefined || members.length === 0) return null;
  return {
    ...chart,
    firingFromMs: Math.min(...members.map(({ startsAtMs }) => startsAtMs)),
    firingToMs: group.resolvedAtMs ?? null,
    series: members.slice(0, MEMBERS_DRAWN_MAX).map(({ labels }) => labels),
  };
}

/** What all have with the same value. */
export function common(records: readonly LabelRecord[]): LabelRecord {
  const [first, ...others] = records;
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}
