import { z } from 'zod';
import { countField } from '../../base/index.ts';
import type { HttpRequest, Notification, NotificationEvent, Receiver } from '../types.ts';
import { outcomeOf } from './http.ts';
import { ownNameField } from './identity.ts';
import { webCall, webCallFields } from './web-call.ts';

export const webhookConfigSchema = z.strictObject({
  name: ownNameField,
  ...webCallFields('Where notifications are posted as JSON.', {
    default: '10s',
    text: 'How long an answer is waited for.',
  }),
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

/** Posts a group as JSON. */
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
    request: (message, notification) => webCall(config, message, notification),
    send: async (request, { http, clock }) => outcomeOf(await http(request), clock.nowMs()),
  };
}

function originOf(url: string): string {
  return new URL(url).origin;
}
