import { z } from 'zod';
import { countField, durationField } from '../../base/index.ts';
import type { HttpRequest, Notification, NotificationEvent, Receiver, SendOutcome } from '../types.ts';
import { isHttpFailure, outcomeOf } from './http.ts';
import { cut } from './texts.ts';
import { webCall, webCallFields } from './web-call.ts';

export const actionConfigSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, _ and -')
    .describe('What the card and the audit log call it; unique within a receiver.'),
  title: z.string().min(1).max(60).describe('What the button says, for example `Restart the workers`.'),
  ...webCallFields('What is called: POST with the group as JSON.', {
    default: '30s',
    text: 'How long the outcome is waited for.',
  }),
  starts: z
    .enum(['alone', 'asked', 'approved'])
    .default('asked')
    .describe(
      '`alone`: as soon as a group fires. `asked`: when somebody asks for it. `approved`: the card asks for an approval when a group fires.',
    ),
  dry_run: z.boolean().default(false).describe('Say what would be called, and call nothing.'),
  cooldown: durationField('10m', 'Pause between two runs, for whatever group.'),
  per_hour_max: countField(6, 'Runs an hour. 0: no limit.'),
  repeatable: z
    .boolean()
    .default(false)
    .describe(
      'The program at the URL honours `Idempotency-Key`, so a call whose answer was lost may be made again. Else it counts as failed.',
    ),
});

export type ActionConfig = z.output<typeof actionConfigSchema>;

/** Body of a call: version 1. */
export interface ActionMessage {
  readonly version: 1;
  readonly action: string;
  readonly deliveryId: string;
  readonly group: Notification['group'];
}

export interface ActionRequest extends HttpRequest {
  readonly isDryRun: boolean;
}

const OUTCOME_LENGTH_MAX = 300;
const UNKNOWN = 'no answer: whether it ran is not known';

/**
 * Does something about a group: calls a URL and tells what came of it, on the card. Cooldown, limit and approval are the
 * desk's. A call that may have run is not made again unless the other side can tell it is the same.
 */
export function createActionReceiver(config: ActionConfig): Receiver<ActionMessage, ActionRequest> {
  return {
    kind: 'action',
    traits: {
      lane: `action ${config.name} ${new URL(config.url).origin}`,
      perMinuteMax: 60,
      idempotent: config.repeatable,
      follows: 'interval',
      events: new Set<NotificationEvent>(['remediate']),
    },
    remediation: {
      name: config.name,
      title: config.title,
      starts: config.starts,
      cooldownMs: config.cooldown,
      perHourMax: config.per_hour_max,
    },
    format({ event, deliveryId, group }) {
      return event === 'remediate' ? { version: 1, action: config.name, deliveryId, group } : undefined;
    },
    request: (message, notification) => ({
      ...webCall(config, message, notification),
      isDryRun: config.dry_run,
    }),
    async send({ isDryRun, ...request }, { http, clock }) {
      if (isDryRun) {
        const { origin, pathname } = new URL(request.url);
        return { kind: 'sent', remoteRef: `dry run: would have called ${origin}${pathname}` };
      }
      const answer = await http(request);
      const outcome = outcomeOf(answer, clock.nowMs());
      if (outcome.kind === 'sent' && !isHttpFailure(answer)) {
        return { kind: 'sent', remoteRef: sentenceOf(answer.body, answer.status) };
      }
      return outcome.kind === 'unknown' && !config.repeatable ? lost(outcome.reason) : outcome;
    },
    // A start finds an attempt that nobody knows the end of.
    ...(config.repeatable ? {} : { reconcile: async () => ({ kind: 'refused', reason: UNKNOWN }) as const }),
  };
}

function lost(reason: string): SendOutcome {
  return { kind: 'refused', reason: `${UNKNOWN} (${reason})` };
}

/** The other side may say in a sentence what it did: as text, or as `message` of a JSON object. */
function sentenceOf(body: string, status: number): string {
  let said = body.trim();
  try {
    const parsed: unknown = JSON.parse(body);
    const message =
      typeof parsed === 'object' && parsed !== null && 'message' in parsed ? parsed.message : undefined;
    said = typeof message === 'string' ? message : '';
  } catch {
    // Text, then.
  }
  return cut(said === '' || said.startsWith('<') ? `HTTP ${status}` : said, OUTCOME_LENGTH_MAX);
}
