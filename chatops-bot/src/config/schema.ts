import { z } from 'zod';
import { durationField } from '../base/index.ts';
import { isZone } from '../chart/index.ts';
import { linksConfigSchema } from '../links/index.ts';
import { permissionsConfigSchema } from '../permissions/index.ts';
import { plannerConfigSchema } from '../plan/index.ts';
import { slackConfigSchema } from '../slack/index.ts';
import { teamsConfigSchema } from '../teams/index.ts';

const statbarSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:4318')
    .describe('Where the service is.'),
  token: z.string().default('').describe('A token of its `serve.tokens`, where it asks for one.'),
  public_url: z
    .string()
    .default('')
    .describe('Where people reach its page, for links to what did not fit; empty: no links.'),
});

const cardsSchema = z.strictObject({
  time_zone: z
    .string()
    .refine(isZone, 'expected the name of a time zone, for example Europe/Berlin')
    .default('UTC')
    .describe('Of pictures. Times in text are in the zone of who reads them.'),
  theme: z.enum(['light', 'dark']).default('light').describe('Of pictures.'),
  silence_durations: z
    .array(durationField('1h', 'A duration.'))
    .min(1)
    .max(20)
    .prefault(['30m', '1h', '2h', '8h', '1d'])
    .describe('What the menu Silence offers.'),
  members_shown: z.int().min(1).max(50).default(5).describe('Alerts of a group that its card lists.'),
  hidden_labels: z
    .array(z.string())
    .default(['alertname', 'severity', 'owner', 'runbook', '__name__'])
    .describe('Labels that a card leaves out.'),
  detail_timeout: durationField(
    '5s',
    'What a chart or an explanation may take; without it the card goes as it is.',
  ),
});

const deliverySchema = z.strictObject({
  concurrency: z
    .int()
    .min(1)
    .max(200)
    .default(16)
    .describe('Messages under way at the same time, over all channels.'),
  queue: z
    .int()
    .min(10)
    .default(5000)
    .describe('Deliveries that wait in the bot; more stay with the service.'),
  feed_wait: durationField(
    '25s',
    'How long the service is asked to wait for something to tell; at most 60s.',
  ),
  doubt: durationField(
    '3s',
    'So long after an attempt without an answer the platform is asked whether it has the message.',
  ),
});

const stateSchema = z.strictObject({
  folder: z
    .string()
    .default('./data/chat')
    .describe(
      'What has to outlive a restart: which events were handled, and in Teams the chats with single people, the address of each conversation, which thread belongs to which alert. Not for two bots at once. Empty: in memory.',
    ),
});

const commandsSchema = z.strictObject({
  timeout: durationField('20s', 'A question that takes longer is given up.'),
  lines: z.int().min(1).max(12).default(8).describe('Lines of a chart.'),
  rows: z.int().min(1).max(50).default(20).describe('Rows of a table.'),
});

export const botConfigSchema = z.strictObject({
  statbar: statbarSchema.prefault({}).describe('The service.'),
  slack: slackConfigSchema.optional().describe('Slack; left out, the bot is not in Slack.'),
  teams: teamsConfigSchema.optional().describe('Teams; left out, the bot is not in Teams.'),
  cards: cardsSchema.prefault({}).describe('What cards show.'),
  commands: commandsSchema.prefault({}).describe('How questions are answered.'),
  planner: plannerConfigSchema
    .optional()
    .describe('A model that proposes what the grammar did not understand; left out, there is none.'),
  delivery: deliverySchema.prefault({}).describe('How messages are delivered.'),
  links: linksConfigSchema.prefault({}).describe('Which links become cards, besides those to the service.'),
  state: stateSchema.prefault({}).describe('What the bot remembers.'),
  permissions: permissionsConfigSchema.prefault({}).describe('Who may do what.'),
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is logged.'),
});

export type BotConfig = z.output<typeof botConfigSchema>;
