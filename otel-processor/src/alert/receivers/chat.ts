import { z } from 'zod';
import type { NotificationEvent, ReceiverTraits } from '../types.ts';

export const chatConfigSchema = z.strictObject({
  platform: z.enum(['slack', 'teams']).describe('Where the channel is.'),
  channel: z
    .string()
    .min(1)
    .max(300)
    .describe('Slack: a channel id, or a name with #. Teams: the conversation id that the bot tells.'),
});

export type ChatConfig = z.output<typeof chatConfigSchema>;

/** Lane of everything that the bot carries out; the bot keeps the limits of its platforms itself. */
export const CHAT_LANE = 'chat';

/** Chat has no sender here: the bot takes its entries from the feed. */
export const chatTraits: ReceiverTraits = {
  lane: CHAT_LANE,
  perMinuteMax: Number.POSITIVE_INFINITY,
  idempotent: false,
  follows: 'changes',
  events: new Set<NotificationEvent>([
    'fired',
    'changed',
    'acknowledged',
    'unacknowledged',
    'resolved',
    'paged',
  ]),
};
