import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { countField, durationField } from '../../base/index.ts';
import type { HttpRequest, Notification, NotificationEvent, Receiver } from '../types.ts';
import { outcomeOf } from './http.ts';

export const webhookConfigSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' })
    .describe('Where notifications are posted as JSON. May be `${env:NAME}`.')
    .meta({ secret: true }),
  secret: z
    .string()
    .min(16, 'expected at least 16 characters')
    .optional()
    .describe('Key of the signature in `X-StatBar-Signature`. May be `${env:NAME}`.')
    .meta({ secret: true }),
  authorization: z
    .string()
    .optional()
    .describe('Value of the header Authorization. May be `${env:NAME}`.')
    .meta({ secret: true }),
  timeout: durationField('10s', 'How long an answer is waited for.'),
  per_minute_max: countField(300, 'Requests a minute to this URL; more wait their turn.', 1),
});

export type WebhookConfig = z.output<typeof webhookConfigSchema>;

/** Body of a notification: version 1. */
export interface WebhookMessage {
  readonly version: 1;
  readonly event: NotificationEvent;
  readonly deliveryId: string;
  readonly group: Notification['group'];
  readonly page?: { readonly step: number; readonly users: readonly string[]; readonly text: string };
}

const events: ReadonlySet<NotificationEvent> = new Set([
  'fired',
  'changed',
  'repeated',
  'acknowledged',
  'unacknowledged',
  'resolved',
  'paged',
]);

/**
 * Posts a group as JSON. `Idempotency-Key` is the same for every attempt at the same content;
 * `X-StatBar-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA256 of `SECONDS.BODY`, so that an old request cannot be replayed.
 */
export function createWebhookReceiver(config: WebhookConfig): Receiver<WebhookMessage, HttpRequest> {
  return {
    kind: 'webhook',
    traits: {
      lane: `webhook ${originOf(config.url)}`,
      perMinuteMax: config.per_minute_max,
      idempotent: true,
      follows: 'interval',
      events,
    },
    format: ({ event, deliveryId, group, page }) => ({
      version: 1,
      event,
      deliveryId,
      group,
      ...(page === undefined
        ? {}
        : { page: { step: page.step, users: page.users.map(({ name }) => name), text: page.text } }),
    }),
    request(message, { idempotencyKey, nowMs }) {
      const body = JSON.stringify(message);
      const headers: Record<string, string> = {
        'Content-Type': 'application/json',
        'User-Agent': 'StatBar',
        'Idempotency-Key': idempotencyKey,
      };
      if (config.authorization !== undefined) headers['Authorization'] = config.authorization;
      if (config.secret !== undefined) {
        headers['X-StatBar-Signature'] = signature(config.secret, body, Math.floor(nowMs / 1000));
      }
      return { method: 'POST', url: config.url, headers, body, timeoutMs: config.timeout };
    },
    send: async (request, { http, clock }) => outcomeOf(await http(request), clock.nowMs()),
  };
}

export function signature(secret: string, body: string, atSeconds: number): string {
  const hex = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return `t=${atSeconds},v1=${hex}`;
}

function originOf(url: string): string {
  return new URL(url).origin;
}
