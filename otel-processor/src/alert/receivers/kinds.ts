import { z } from 'zod';
import type { Receiver } from '../types.ts';
import { actionConfigSchema, createActionReceiver } from './action.ts';
import { alertmanagerConfigSchema, createAlertmanagerReceiver } from './alertmanager.ts';
import { chatConfigSchema } from './chat.ts';
import { createEmailReceiver, emailConfigSchema } from './email.ts';
import { identityOf, listOf, placeOf } from './identity.ts';
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
  webhook: listOf(webhookConfigSchema, 'webhook').default([]).describe('Programs that take a group as JSON.'),
  alertmanager: listOf(alertmanagerConfigSchema, 'alertmanager')
    .default([])
    .describe('Alertmanagers that take the alerts.'),
  pagerduty: listOf(pagerDutyConfigSchema, 'pagerduty').default([]).describe('Services of PagerDuty.'),
  opsgenie: listOf(opsgenieConfigSchema, 'opsgenie').default([]).describe('API integrations of Opsgenie.'),
  jsm: listOf(jsmConfigSchema, 'jsm')
    .default([])
    .describe('API integrations of the operations of Jira Service Management.'),
  email: listOf(emailConfigSchema, 'email').default([]).describe('Mail, one thread for each group.'),
  action: listOf(actionConfigSchema, 'action')
    .default([])
    .describe('Programs that do something about a group.'),
});

export type ReceiverConfig = z.output<typeof receiverConfigSchema>;

/** A receiver with what it is called by. */
export interface MadeReceiver {
  readonly receiver: Receiver;
  /** Kind and identity: the same wherever in its list it is. */
  readonly key: string;
  /** Kind and position, as doors and logs of old have it; with a name also kind and name. */
  readonly position: string;
  readonly named: string | undefined;
}

/** Of two that are the same in everything that tells them apart, it does not matter which is which. */
class Made {
  readonly all: MadeReceiver[] = [];
  readonly #keys = new Set<string>();

  add<T extends { readonly name?: string | undefined }>(
    kind: string,
    configs: readonly T[],
    create: (config: T) => unknown,
    where: (config: T) => readonly string[],
  ): void {
    for (const [i, config] of configs.entries()) {
      const base = `${kind}-${identityOf(config.name, where(config))}`;
      let key = base;
      for (let twin = 2; this.#keys.has(key); twin++) key = `${base}.${twin}`;
      this.#keys.add(key);
      // What one step of a receiver gives only its next step takes.
      const receiver = create(config) as Receiver;
      const named = config.name === undefined ? undefined : `${kind}-${config.name}`;
      this.all.push({ receiver, key, position: `${kind}-${i}`, named });
    }
  }
}

/** The receivers behind one entry, in order. Chat is not among them. */
export function createReceivers(config: ReceiverConfig): readonly MadeReceiver[] {
  const made = new Made();
  made.add('webhook', config.webhook, createWebhookReceiver, ({ url }) => [placeOf(url)]);
  made.add('alertmanager', config.alertmanager, createAlertmanagerReceiver, ({ url }) => [placeOf(url)]);
  made.add('pagerduty', config.pagerduty, createPagerDutyReceiver, ({ url, routing_key }) => [
    placeOf(url),
    routing_key,
  ]);
  for (const product of ['opsgenie', 'jsm'] as const) {
    made.add(
      product,
      config[product],
      (each) => createOpsgenieReceiver(each, product),
      ({ url, api_key }) => [placeOf(url), api_key],
    );
  }
  made.add('email', config.email, createEmailReceiver, ({ from, to }) => [from, ...[...to].sort()]);
  made.add('action', config.action, createActionReceiver, () => []);
  return made.all;
}

/** Keys of before receivers had an identity: the receiver's name, and kind and position. */
export function isPosition(key: string): boolean {
  return /\.(webhook|alertmanager|pagerduty|opsgenie|jsm|email|action)-\d{1,4}$/.test(key);
}
