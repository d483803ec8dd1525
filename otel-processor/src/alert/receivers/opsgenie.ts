import { createHash } from 'node:crypto';
import { z } from 'zod';
import { countField, durationField } from '../../base/index.ts';
import type { Notification, NotificationEvent, Receiver } from '../types.ts';
import { ownNameField } from './identity.ts';
import { OpsgenieClient, type OpsgenieRequest } from './opsgenie-client.ts';
import { formatOpsgenie, type OpsgenieMessage } from './opsgenie-format.ts';
import { readOpsgenieWebhook } from './opsgenie-webhook.ts';
import { accountLane } from './texts.ts';

/** Products with the same interface at different addresses. */
export type OpsgenieProduct = 'opsgenie' | 'jsm';

const defaultUrls: Readonly<Record<OpsgenieProduct, string>> = {
  opsgenie: 'https://api.opsgenie.com',
  jsm: 'https://api.atlassian.com/jsm/ops/integration',
};

const priority = z.enum(['P1', 'P2', 'P3', 'P4', 'P5']);

function schemaFor(product: OpsgenieProduct) {
  const where = product === 'opsgenie' ? 'in the EU https://api.eu.opsgenie.com' : 'the same everywhere';
  return z.strictObject({
    name: ownNameField,
    api_key: z
      .string()
      .min(1)
      .describe('API key of an API integration. May be `${env:NAME}`.')
      .meta({ secret: true }),
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' })
      .default(defaultUrls[product])
      .describe(`Base URL; ${where}.`),
    responders: z
      .array(
        z.strictObject({
          type: z.enum(['team', 'user', 'escalation', 'schedule']).describe('What it is.'),
          name: z.string().min(1).describe('Its name; of a user the e-mail address.'),
        }),
      )
      .max(50)
      .default([])
      .describe('Who is to respond; empty: as the integration has it.'),
    tags: z.array(z.string().max(50)).max(20).default([]).describe('Tags of the alert.'),
    priorities: z
      .strictObject({
        critical: priority.default('P1').describe('Of severity critical.'),
        error: priority.default('P2').describe('Of severity error.'),
        warning: priority.default('P3').describe('Of severity warning.'),
        info: priority.default('P5').describe('Of severity info.'),
      })
      .prefault({})
      .describe('Severity to priority.'),
    webhook_token: z
      .string()
      .min(16, 'expected at least 16 characters')
      .optional()
      .describe(
        `Token that a webhook integration sends as \`Authorization: Bearer TOKEN\` to \`/statbar/v1/receivers/NAME/${product}-0\`, to tell what is done there. Without it nothing is taken from there.`,
      )
      .meta({ secret: true }),
    timeout: durationField('10s', 'How long an answer is waited for.'),
    per_minute_max: countField(300, 'Requests a minute; more wait their turn.', 1),
  });
}

export const opsgenieConfigSchema = schemaFor('opsgenie');
export const jsmConfigSchema = schemaFor('jsm');
export type OpsgenieConfig = z.output<typeof opsgenieConfigSchema>;

/**
 * Opsgenie, or the operations of Jira Service Management. The group's id is the alert's alias. A request is answered with
 * 202 before anything is done; what came of it is asked for afterwards, by the id that the answer has.
 */
export function createOpsgenieReceiver(
  config: OpsgenieConfig,
  product: OpsgenieProduct,
): Receiver<OpsgenieMessage, OpsgenieRequest> {
  const base = config.url.replace(/\/+$/, '');
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'StatBar',
    Authorization: `GenieKey ${config.api_key}`,
  };
  const client = new OpsgenieClient(base, headers, config.timeout);
  const format = (notification: Notification): OpsgenieMessage | undefined =>
    formatOpsgenie(notification, config, product);
  return {
    kind: product,
    traits: {
      lane: accountLane(product, base, config.api_key),
      perMinuteMax: config.per_minute_max,
      idempotent: true,
      follows: 'interval',
      events: new Set<NotificationEvent>(['fired', 'acknowledged', 'unacknowledged', 'resolved', 'paged']),
    },
    format,
    request: (message, notification) => ({ http: client.request(message), key: keyOf(notification) }),
    send: (request, ports) => client.send(request, ports),
    async reconcile(notification, ports) {
      const message = format(notification);
      if (message === undefined) return { kind: 'arrived' };
      return client.reconcile(
        { http: client.request(message), key: keyOf(notification) },
        message,
        notification,
        ports,
      );
    },
    ...(config.webhook_token === undefined
      ? {}
      : {
          inbound: {
            via: product,
            read: (request) => readOpsgenieWebhook(request, config.webhook_token ?? '', product),
          },
        }),
  };
}

/** Tells the ids of requests apart by what they were for: that of the creation says nothing about the closing. */
function keyOf({ deliveryId, event }: Notification): string {
  return createHash('sha256').update(`${deliveryId}:${event}`).digest('hex').slice(0, 16);
}
