import type { AlertGroup } from '@statbar/sdk/wire';
import type { Notification } from '../types.ts';
import { cut, linksOf, nameOf } from './texts.ts';

export interface EmailBodies {
  readonly text: string;
  readonly html: string;
}

const SUBJECT_LENGTH_MAX = 200;
const MEMBERS_MAX = 50;
const VALUE_LENGTH_MAX = 500;

const colors = { critical: '#b3261e', error: '#c4471b', warning: '#9a6700', info: '#1b5fb4' } as const;
const RESOLVED_COLOR = '#1a7f37';

/** Of all messages about a group: readers make threads of equal subjects. */
export function subjectOf({ title, severity }: AlertGroup): string {
  return cut(oneLine(`[${severity}] ${title}`), SUBJECT_LENGTH_MAX);
}

/** The same said as text and as HTML. */
export function emailBodies(notification: Notification): EmailBodies {
  const { group, event, page } = notification;
  const facts = factsOf(group);
  const members = group.members.filter(({ state }) => state === 'firing').slice(0, MEMBERS_MAX);
  const lines = members.map((member) => ({
    name: cut(nameOf(member, group), VALUE_LENGTH_MAX),
    value: member.value === null ? '' : String(member.value),
    silenced: member.silencedBy.length > 0,
  }));
  const leftOut = group.counts.firing - members.length;
  const more = leftOut > 0 ? `and ${leftOut} more` : '';
  const status = statusOf(notification);
  const links = linksOf(group);
  const intro = [page?.text ?? '', group.summary].filter((each) => each !== '');
  const text = [
    status,
    '',
    group.title,
    ...intro,
    '',
    ...facts.map(([name, value]) => `${name}: ${value}`),
    '',
    ...lines.map(
      ({ name, value, silenced }) =>
        `- ${name}${value === '' ? '' : `: ${value}`}${silenced ? ' (silenced)' : ''}`,
    ),
    more,
    '',
    ...links.map(({ title, url }) => `${title}: ${url}`),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const color = event === 'resolved' || group.state === 'resolved' ? RESOLVED_COLOR : colors[group.severity];
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="color:#57606a;padding-right:12px">${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  const items = lines.map(
    ({ name, value, silenced }) =>
      `<li>${escapeHtml(name)}${value === '' ? '' : `: <b>${escapeHtml(value)}</b>`}${silenced ? ' (silenced)' : ''}</li>`,
  );
  const html = [
    '<!doctype html><html lang="en"><body style="font-family:sans-serif;font-size:14px;color:#1f2328">',
    `<p style="color:${color};font-weight:bold;margin:0 0 4px">${escapeHtml(status)}</p>`,
    `<h2 style="margin:0 0 8px">${escapeHtml(group.title)}</h2>`,
    ...intro.map((each) => `<p>${escapeHtml(each)}</p>`),
    `<table>${rows.join('')}</table>`,
    items.length === 0 ? '' : `<ul>${items.join('')}</ul>`,
    more === '' ? '' : `<p>${more}</p>`,
    `<p>${links.map(({ title, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(title)}</a>`).join(' &middot; ')}</p>`,
    '</body></html>',
  ].join('\n');
  return { text, html };
}

function statusOf({ event, group }: Notification): string {
  const { acknowledgement, firedAtMs, resolvedAtMs } = group;
  switch (event) {
    case 'resolved':
      return `Resolved${firedAtMs === null || resolvedAtMs === null ? '' : ` after ${durationOf(resolvedAtMs - firedAtMs)}`}`;
    case 'acknowledged':
      return `Acknowledged by ${acknowledgement?.by.name ?? 'somebody'}`;
    case 'paged':
      return 'You are asked to come';
    case 'repeated':
      return 'Still firing';
    default:
      return `Firing: ${group.counts.firing} of ${group.counts.total}`;
  }
}

function factsOf(group: AlertGroup): readonly (readonly [string, string])[] {
  const { acknowledgement, chart } = group;
  const labels = Object.entries(group.commonLabels).filter(([name]) => name !== 'alertname');
  const facts: [string, string | undefined][] = [
    ['Severity', group.severity],
    ['Owner', group.owner ?? undefined],
    ['Since', group.firedAtMs === null ? undefined : new Date(group.firedAtMs).toISOString()],
    [
      'Threshold',
      chart?.threshold == null ? undefined : `${chart.direction ?? ''} ${chart.threshold}`.trim(),
    ],
    ['Acknowledged', acknowledgement === null ? undefined : `by ${acknowledgement.by.name}`],
    ['On call', group.onCall.length === 0 ? undefined : group.onCall.join(', ')],
    [
      'Labels',
      labels.length === 0 ? undefined : labels.map(([name, value]) => `${name}=${value}`).join(', '),
    ],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, cut(oneLine(value), 2000)] as const],
  );
}

function durationOf(durationMs: number): string {
  const minutes = Math.round(durationMs / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(durationMs / 1000))} s`;
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Line breaks in a header would begin another header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
