import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { countField, durationField } from '../../base/index.ts';
import type { Notification, NotificationEvent, Receiver, SendOutcome } from '../types.ts';
import { type EmailBodies, emailBodies, subjectOf } from './email-text.ts';
import { ownNameField } from './identity.ts';

const address = z.email('expected an e-mail address, for example ops@example.com');

export const emailConfigSchema = z.strictObject({
  name: ownNameField,
  host: z.string().min(1).describe('SMTP server.'),
  port: z
    .int('expected a port')
    .min(1)
    .max(65_535)
    .default(587)
    .describe('Its port; 465 is usual for `implicit`.'),
  tls: z
    .enum(['starttls', 'implicit', 'none'])
    .default('starttls')
    .describe(
      '`starttls`: required before anything is said. `implicit`: from the first byte. `none`: in the clear.',
    ),
  user: z.string().optional().describe('User name, where the server wants one.'),
  password: z.string().optional().describe('Password. May be `${env:NAME}`.').meta({ secret: true }),
  from: address.describe('Sender.'),
  to: z
    .array(address)
    .min(1)
    .max(100)
    .describe('Recipients. A page goes to the paged people instead, where their addresses are known.'),
  timeout: durationField('30s', 'How long the server may take for each step.'),
  per_minute_max: countField(60, 'Messages a minute; more wait their turn.', 1),
});

export type EmailConfig = z.output<typeof emailConfigSchema>;

/** A message as the mailer takes it. */
export interface EmailMessage extends EmailBodies {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * E-mail by SMTP. All messages about a group are one thread: they refer to the first one and have its subject. What is
 * sent again because an answer was lost has the same Message-ID, by which mail servers and readers drop the second one.
 */
export function createEmailReceiver(config: EmailConfig): Receiver<EmailMessage, EmailMessage> {
  const auth = config.user === undefined ? undefined : { user: config.user, pass: config.password ?? '' };
  return {
    kind: 'email',
    traits: {
      lane: `email ${config.host}:${config.port} ${config.user ?? ''}`,
      perMinuteMax: config.per_minute_max,
      idempotent: true,
      follows: 'interval',
      events: new Set<NotificationEvent>([
        'fired',
        'changed',
        'repeated',
        'acknowledged',
        'resolved',
        'paged',
      ]),
    },
    format: (notification) => formatEmail(notification, config),
    request: (message) => message,
    async send(message, { logger }) {
      const transport = createTransport({
        host: config.host,
        port: config.port,
        secure: config.tls === 'implicit',
        requireTLS: config.tls === 'starttls',
        ignoreTLS: config.tls === 'none',
        connectionTimeout: config.timeout,
        greetingTimeout: config.timeout,
        socketTimeout: config.timeout,
        dnsTimeout: config.timeout,
        // What is in a message is ours to say, not a file's or a URL's.
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(auth === undefined ? {} : { auth }),
      });
      try {
        const { rejected } = await transport.sendMail({ ...message, to: [...message.to] });
        if (rejected !== undefined && rejected.length > 0) {
          logger.warn('a mail server refused some recipients', { rejected: rejected.length });
        }
        return { kind: 'sent' };
      } catch (error) {
        return outcomeOfMail(error);
      } finally {
        transport.close();
      }
    },
  };
}

function formatEmail(notification: Notification, config: EmailConfig): EmailMessage | undefined {
  const { event, group, dedupKey, idempotencyKey, page } = notification;
  const domain = config.from.slice(config.from.lastIndexOf('@') + 1);
  // The first message has the thread's own id; all others refer to it, even where it was never sent.
  const thread = `<statbar.${dedupKey}@${domain}>`;
  const own = createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
  const isFirst = event === 'fired';
  const paged = (page?.users ?? []).flatMap(({ email }) => (email === undefined ? [] : [email]));
  return {
    from: { name: 'StatBar', address: config.from },
    to: event === 'paged' && paged.length > 0 ? paged : config.to,
    subject: `${isFirst ? '' : 'Re: '}${subjectOf(group)}`,
    messageId: isFirst ? thread : `<statbar.${own}@${domain}>`,
    ...(isFirst ? {} : { inReplyTo: thread, references: thread }),
    headers: {
      // RFC 3834: nobody's absence is to answer this.
      'Auto-Submitted': 'auto-generated',
      'X-StatBar-Group': group.id,
      'X-StatBar-Event': event,
    },
    ...emailBodies(notification),
  };
}

interface MailError {
  readonly code?: string;
  readonly syscall?: string;
  readonly responseCode?: number;
  readonly message?: string;
}

/** Nobody was reached: the name is not known, or the connection was not made. */
const unreachedCodes = new Set(['EDNS', 'ETLS']);
const unreachedCalls = new Set(['connect', 'getaddrinfo']);

/**
 * A connection that is lost may be lost after the message was taken; at which step it was, the mailer does not say. So what
 * is not certainly unsent may have arrived.
 */
function outcomeOfMail(error: unknown): SendOutcome {
  const { code = '', syscall = '', responseCode, message = String(error) } = error as MailError;
  const reason = message.slice(0, 300);
  if (responseCode !== undefined && responseCode >= 400) {
    return responseCode >= 500 ? { kind: 'refused', reason } : { kind: 'later', reason };
  }
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EENVELOPE') return { kind: 'refused', reason };
  const isUnsent = unreachedCodes.has(code) || unreachedCalls.has(syscall);
  return isUnsent ? { kind: 'later', reason } : { kind: 'unknown', reason };
}
