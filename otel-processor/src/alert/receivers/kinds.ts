import { z } from 'zod';
import type { Receiver } from '../types.ts';
import { actionConfigSchema, createActionReceiver } from './action.ts';
import { alertmanagerConfigSchema, createAlertmanagerReceiver } from './alertmanager.ts';
import { chatConfigSchema } from './chat.ts';
import { createEmailReceiver, emailConfigSchema } from './email.ts';
import { createOpsgenieReceiver, jsmConfigSchema, opsgenieConfigSchema } from './opsgenie.ts';
import { createPagerDutyReceiver, pagerDutyConfigSchema } from './pagerduty.ts';
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
  pagerduty: z.array(pagerDutyConfigSchema).default([]).describe('Services of PagerDuty.'),
  opsgenie: z.array(opsgenieConfigSchema).default([]).describe('API integrations of Opsgenie.'),
  jsm: z
    .array(jsmConfigSchema)
    .default([])
    .describe('API integrations of the operations of Jira Service Management.'),
  email: z.array(emailConfigSchema).default([]).describe('Mail, one thread for each group.'),
  action: z
    .array(actionConfigSchema)
    .superRefine((actions, context) => {
      actions.forEach(({ name }, i) => {
        if (actions.findIndex((each) => each.name === name) === i) return;
        context.addIssue({ code: 'custom', path: [i, 'name'], message: `there is another action ${name}` });
      });
    })
    .default([])
    .describe('Programs that do something about a group.'),
});

export type ReceiverConfig = z.output<typeof receiverConfigSchema>;

/** The receivers behind one entry, each with the key of its target: kind and index. Chat is not among them. */
export function createReceivers(config: ReceiverConfig): ReadonlyMap<string, Receiver> {
  const receivers = new Map<string, Receiver>();
  const add = (kind: string, made: readonly unknown[]): void => {
    // What one step of a receiver gives only its next step takes.
    for (const [i, receiver] of made.entries()) receivers.set(`${kind}-${i}`, receiver as Receiver);
  };
  add('webhook', config.webhook.map(createWebhookReceiver));
  add('alertmanager', config.alertmanager.map(createAlertmanagerReceiver));
  add('pagerduty', config.pagerduty.map(createPagerDutyReceiver));
  add(
    'opsgenie',
    config.opsgenie.map((each) => createOpsgenieReceiver(each, 'opsgenie')),
  );
  add(
    'jsm',
    config.jsm.map((each) => createOpsgenieReceiver(each, 'jsm')),
  );
  add('email', config.email.map(createEmailReceiver));
  add('action', config.action.map(createActionReceiver));
  return receivers;
}
