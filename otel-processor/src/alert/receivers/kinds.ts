import { z } from 'zod';
import type { Receiver } from '../types.ts';
import { alertmanagerConfigSchema, createAlertmanagerReceiver } from './alertmanager.ts';
import { chatConfigSchema } from './chat.ts';
import { createWebhookReceiver, webhookConfigSchema } from './webhook.ts';

/** One entry of `alert.receivers`: a name, and any number of each kind. */
export const receiverConfigSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, _ and -')
    .describe('What routes and escalations call it.'),
  chat: z.array(chatConfigSchema).default([]).describe('Channels where the bot keeps a card per group.'),
  webhook: z.array(webhookConfigSchema).default([]).describe('Programs that take a group as JSON.'),
  alertmanager: z.array(alertmanagerConfigSchema).default([]).describe('Alertmanagers that take the alerts.'),
});

export type ReceiverConfig = z.output<typeof receiverConfigSchema>;

/** The receivers behind one entry, each with the key of its target: kind and index. Chat is not among them. */
export function createReceivers(config: ReceiverConfig): ReadonlyMap<string, Receiver> {
  const receivers = new Map<string, Receiver>();
  config.webhook.forEach((each, i) => {
    receivers.set(`webhook-${i}`, createWebhookReceiver(each) as Receiver);
  });
  config.alertmanager.forEach((each, i) => {
    receivers.set(`alertmanager-${i}`, createAlertmanagerReceiver(each) as Receiver);
  });
  return receivers;
}
