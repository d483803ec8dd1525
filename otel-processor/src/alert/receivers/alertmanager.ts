import { z } from 'zod';
import { countField, durationField } from '../../base/index.ts';
import type { HttpRequest, NotificationEvent, Receiver } from '../types.ts';
import { outcomeOf } from './http.ts';
import { ownNameField } from './identity.ts';

export const alertmanagerConfigSchema = z.strictObject({
  name: ownNameField,
  url: z
    .url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' })
    .describe('Base URL of an Alertmanager, for example http://alertmanager:9093. May be `${env:NAME}`.')
    .meta({ secret: true }),
  authorization: z
    .string()
    .optional()
    .describe('Value of the header Authorization. May be `${env:NAME}`.')
    .meta({ secret: true }),
  timeout: durationField('10s', 'How long an answer is waited for.'),
  per_minute_max: countField(600, 'Requests a minute; more wait their turn.', 1),
  hold: durationField(
    '12h',
    'Until when the Alertmanager keeps an alert that it is not told of again; longer than the repeat interval of the route.',
  ),
});

export type AlertmanagerConfig = z.output<typeof alertmanagerConfigSchema>;

interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** Tells an Alertmanager (API v2) of every member of a group; the same alerts again change nothing there. */
export function createAlertmanagerReceiver(
  config: AlertmanagerConfig,
): Receiver<readonly PostableAlert[], HttpRequest> {
  const iso = (timeMs: number): string => new Date(timeMs).toISOString();
  return {
    kind: 'alertmanager',
    traits: {
      lane: `alertmanager ${new URL(config.url).origin}`,
      perMinuteMax: config.per_minute_max,
      idempotent: true,
      follows: 'interval',
      events: new Set<NotificationEvent>(['fired', 'changed', 'repeated', 'resolved']),
    },
    format({ group, nowMs }) {
      return group.members.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
        labels,
        annotations,
        startsAt: iso(startsAtMs),
        endsAt: iso(endsAtMs ?? nowMs + config.hold),
        ...(/^https?:/.test(generatorUrl) ? { generatorURL: generatorUrl } : {}),
      }));
    },
    request(alerts) {
      const headers: Record<string, string> = { 'Content-Type': 'application/json', 'User-Agent': 'StatBar' };
      if (config.authorization !== undefined) headers['Authorization'] = config.authorization;
      return {
        method: 'POST',
        url: `${config.url.replace(/\/+$/, '')}/api/v2/alerts`,
        headers,
        body: JSON.stringify(alerts),
        timeoutMs: config.timeout,
      };
    },
    send: async (request, { http, clock }) => outcomeOf(await http(request), clock.nowMs()),
  };
}
