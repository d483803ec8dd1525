import type { AlertGroup } from '@statbar/sdk/wire';
import { z } from 'zod';
import { countField, durationField } from '../../base/index.ts';
import type { HttpRequest, Notification, NotificationEvent, Receiver } from '../types.ts';
import { outcomeOf } from './http.ts';
import { ownNameField } from './identity.ts';
import { readPagerDutyWebhook } from './pagerduty-webhook.ts';
import { accountLane, cut, fitting, isWebUrl, linksOf, nameOf, sourceOf } from './texts.ts';

export const pagerDutyConfigSchema = z.strictObject({
  name: ownNameField,
  routing_key: z
    .string()
    .min(1)
    .describe('Integration key of a service (Events API v2). May be `${env:NAME}`.')
    .meta({ secret: true }),
  url: z
    .url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' })
    .default('https://events.pagerduty.com')
    .describe('Base URL; in the EU service region https://events.eu.pagerduty.com.'),
  webhook_secrets: z
    .array(z.string().min(1).meta({ secret: true }))
    .default([])
    .describe(
      'Secrets of the webhook subscription (v3) that tells what is done in PagerDuty, at `/statbar/v1/receivers/NAME/pagerduty-0`; two while one replaces the other. Empty: nothing is taken from there. May be `${env:NAME}`.',
    ),
  timeout: durationField('10s', 'How long an answer is waited for.'),
  per_minute_max: countField(100, 'Events a minute; PagerDuty takes about 120 for each integration.', 1),
});

export type PagerDutyConfig = z.output<typeof pagerDutyConfigSchema>;

/** A body of the Events API v2, as far as it is used here. */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly client?: string;
  readonly client_url?: string;
  readonly payload?: PagerDutyPayload;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

interface PagerDutyPayload {
  readonly summary: string;
  readonly source: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  readonly timestamp: string;
  readonly class?: string;
  readonly component?: string;
  readonly group?: string;
  readonly custom_details: Readonly<Record<string, unknown>>;
}

const SUMMARY_LENGTH_MAX = 1024;
const LINKS_MAX = 20;
const LINK_LENGTH_MAX = 2000;
/** Of an event's 512 KB: the rest is room for what is around the details. */
const DETAILS_BYTES_MAX = 200_000;
const VALUE_LENGTH_MAX = 1000;

/**
 * Triggers, acknowledges and resolves an incident by the Events API v2. The group's id is the `dedup_key`, so an event
 * that is sent twice is one event.
 */
export function createPagerDutyReceiver(config: PagerDutyConfig): Receiver<PagerDutyEvent, HttpRequest> {
  const url = `${config.url.replace(/\/+$/, '')}/v2/enqueue`;
  return {
    kind: 'pagerduty',
    traits: {
      // The limit counts for each integration, whatever receivers use it.
      lane: accountLane('pagerduty', url, config.routing_key),
      perMinuteMax: config.per_minute_max,
      idempotent: true,
      follows: 'interval',
      events: new Set<NotificationEvent>(['fired', 'changed', 'acknowledged', 'resolved', 'paged']),
    },
    format: (notification) => formatPagerDuty(notification, config.routing_key),
    request: (event) => ({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'StatBar' },
      body: JSON.stringify(event),
      timeoutMs: config.timeout,
    }),
    send: async (request, { http, clock }) => outcomeOf(await http(request), clock.nowMs()),
    ...(config.webhook_secrets.length === 0
      ? {}
      : {
          inbound: {
            via: 'pagerduty',
            read: (request, refs) => readPagerDutyWebhook(request, config.webhook_secrets, refs),
          },
        }),
  };
}

/** Undefined: PagerDuty knows it already, since it was done there. */
function formatPagerDuty(
  { event, group, dedupKey, page, nowMs }: Notification,
  routingKey: string,
): PagerDutyEvent | undefined {
  const key = { routing_key: routingKey, dedup_key: dedupKey };
  const isTheirs = group.acknowledgement?.by.via === 'pagerduty';
  switch (event) {
    case 'resolved':
      return { ...key, event_action: 'resolve' };
    case 'acknowledged':
      return isTheirs ? undefined : { ...key, event_action: 'acknowledge' };
    case 'changed':
      // Somebody may have resolved it there: a trigger would open it anew.
      return isTheirs ? undefined : trigger(key, group, undefined, nowMs);
    case 'fired':
      return trigger(key, group, undefined, nowMs);
    case 'paged':
      return trigger(key, group, page?.text, nowMs);
    default:
      return undefined;
  }
}

function trigger(
  key: Pick<PagerDutyEvent, 'routing_key' | 'dedup_key'>,
  group: AlertGroup,
  pageText: string | undefined,
  nowMs: number,
): PagerDutyEvent {
  const links = linksOf(group)
    .filter(({ url }) => url.length <= LINK_LENGTH_MAX)
    .slice(0, LINKS_MAX)
    .map(({ title, url }) => ({ href: url, text: cut(title, 255) }));
  const summary = [group.title, group.summary].filter((text) => text.trim() !== '').join(': ');
  const alertname = group.commonLabels['alertname'];
  const service = group.commonLabels['service'] ?? group.commonLabels['job'];
  return {
    ...key,
    event_action: 'trigger',
    client: 'StatBar',
    ...(isWebUrl(group.url) && group.url.length <= LINK_LENGTH_MAX ? { client_url: group.url } : {}),
    payload: {
      summary: cut(summary === '' ? 'Alert' : summary, SUMMARY_LENGTH_MAX),
      source: cut(sourceOf(group), 255),
      severity: group.severity,
      timestamp: new Date(group.firedAtMs ?? nowMs).toISOString(),
      ...filled('class', alertname),
      ...filled('component', service),
      ...filled('group', group.key),
      custom_details: detailsOf(group, pageText),
    },
    ...(links.length === 0 ? {} : { links }),
  };
}

/** Fields may be left out, but not be blank. */
function filled(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined || value.trim() === '' ? {} : { [name]: cut(value, 255) };
}

function detailsOf(group: AlertGroup, pageText: string | undefined): Readonly<Record<string, unknown>> {
  const shortened = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const pairs = Object.entries(labels).map(([name, value]) => [
      cut(name, 255),
      cut(value, VALUE_LENGTH_MAX),
    ]);
    return Object.fromEntries(fitting(pairs, DETAILS_BYTES_MAX / 8).kept);
  };
  const members = group.members
    .filter(({ state }) => state === 'firing')
    .map((member) => ({
      name: cut(nameOf(member, group), VALUE_LENGTH_MAX),
      value: member.value,
      since: new Date(member.startsAtMs).toISOString(),
    }));
  const { kept } = fitting(members, DETAILS_BYTES_MAX / 2);
  return {
    ...(pageText === undefined ? {} : { page: cut(pageText, VALUE_LENGTH_MAX) }),
    owner: group.owner,
    labels: shortened(group.commonLabels),
    annotations: shortened(group.commonAnnotations),
    firing: group.counts.firing,
    alerts: kept,
    alerts_left_out: Math.max(0, group.counts.firing - kept.length),
  };
}
