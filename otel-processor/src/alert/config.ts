import { z } from 'zod';
import { countField, durationField } from '../base/index.ts';
import { crossReferences } from './config-check.ts';
import {
  escalationSchema,
  inhibitRuleSchema,
  matchersField,
  muteTimingSchema,
  optionalDuration,
  scheduleSchema,
  userSchema,
} from './config-parts.ts';
import { receiverConfigSchema } from './receivers/kinds.ts';

/** Section `rules` of the configuration. */
export const rulesConfigSchema = z.strictObject({
  files: z
    .array(z.string())
    .default([])
    .describe(
      'Prometheus rule files with recording and alerting rules. A * stands for any part of a file name. Relative paths start at the configuration file.',
    ),
  evaluation_interval: durationField('1m', 'How often a group without an interval of its own is evaluated.'),
  query_offset: durationField('0s', 'How far behind the clock rules look, so that late samples are in.'),
  external_labels: z
    .record(z.string(), z.string())
    .default({})
    .describe('Labels that templates see as $externalLabels.'),
  external_url: z
    .string()
    .default('http://127.0.0.1:4318')
    .describe('Where people reach this service; templates see it as $externalURL.'),
  required: z
    .enum(['off', 'warn', 'error'])
    .default('warn')
    .describe(
      'What `statbar check-config` makes of alerting rules without owner, runbook or severity; with `error` the service does not start either.',
    ),
});

export type RulesConfig = z.infer<typeof rulesConfigSchema>;

/** Keys of a route. Timings and groupings that a route does not have are those of its parent. */
const routeFields = {
  receiver: z
    .string()
    .optional()
    .describe('Who is told; without one, the receiver of the parent, and at the root nobody.'),
  matchers: matchersField('Labels that an alert must have to go here, for example `severity="page"`.'),
  continue: z.boolean().default(false).describe('Look at the following routes, too.'),
  group_by: z
    .array(z.string())
    .optional()
    .describe(
      'Alerts with the same values of these labels are one group; `...` is every label. At the root without it: `alertname`.',
    ),
  group_wait: optionalDuration('How long a new group waits for more alerts before anybody is told; 10s.'),
  group_interval: optionalDuration(
    'How often receivers other than chat are told of alerts that join or leave; 5m.',
  ),
  repeat_interval: optionalDuration(
    'How often receivers other than chat are told again of a group that nobody acknowledged; 4h.',
  ),
  escalation: z.string().optional().describe('Escalation that begins when a group fires.'),
  mute_timings: z.array(z.string()).default([]).describe('Names of mute timings in which nobody is told.'),
  active_timings: z
    .array(z.string())
    .default([])
    .describe('Names of mute timings outside of which nobody is told; empty: always.'),
};

const plainRoute = z.strictObject(routeFields);
export interface RouteConfig extends z.output<typeof plainRoute> {
  readonly routes: readonly RouteConfig[];
}
interface RouteInput extends z.input<typeof plainRoute> {
  readonly routes?: RouteInput[] | undefined;
}
const childRoutes: z.ZodType<RouteConfig[], RouteInput[] | undefined> = z
  .lazy(() => z.array(childRoute))
  .default([]);
const childRoute: z.ZodType<RouteConfig, RouteInput> = z.strictObject({
  ...routeFields,
  routes: childRoutes,
});
const routeSchema = z.strictObject({
  ...routeFields,
  routes: childRoutes.describe(
    'Routes with the same keys, for some of the alerts of this one; the first that matches takes an alert.',
  ),
});

const stormSchema = z
  .strictObject({
    groups_per_minute_max: countField(
      30,
      'New groups a minute in one channel; over it they share one rolling digest in place of a card each. 0: no limit.',
    ),
    quiet: durationField('2m', 'The digest ends after so long without new groups.'),
  })
  .prefault({})
  .describe('Protection from storms of alerts.');

const flappingSchema = z
  .strictObject({
    changes_max: countField(
      5,
      'An alert that has resolved more often than this within the window is flapping. 0: never.',
    ),
    window: durationField('1h', 'The time in which resolves are counted.'),
    quiet: durationField('10m', 'A flapping alert resolves after its condition has been away for so long.'),
  })
  .prefault({})
  .describe('Alerts that come and go.');

const limitsSchema = z
  .strictObject({
    alerts_max: countField(100_000, 'Alerts at once, firing or of groups still open.', 1),
    groups_max: countField(20_000, 'Open groups at once.', 1),
    silences_max: countField(10_000, 'Silences that have not expired.', 1),
    history_groups_max: countField(10_000, 'Resolved groups that are kept.', 0),
    story_max: countField(500, 'Entries of one story; over it the oldest go.', 10),
    audit_max: countField(10_000, 'Entries of the audit log that are kept.', 1),
    subscriptions_max: countField(1000, 'Channels that subscribed.', 0),
  })
  .prefault({})
  .describe('Limits; what is over them is refused and counted.');

/** Section `alert` of the configuration. */
export const alertConfigSchema = z
  .strictObject({
    route: routeSchema
      .prefault({ routes: [] })
      .describe('Who is told of what: the root of the tree of routes.'),
    receivers: z.array(receiverConfigSchema).default([]).describe('Whom groups are told to.'),
    inhibit_rules: z.array(inhibitRuleSchema).default([]).describe('Alerts that make others redundant.'),
    mute_timings: z
      .array(muteTimingSchema)
      .default([])
      .describe('Times that routes and escalations refer to.'),
    users: z.array(userSchema).default([]).describe('The people who are on call.'),
    schedules: z.array(scheduleSchema).default([]).describe('Who is on call when.'),
    escalations: z.array(escalationSchema).default([]).describe('Who is paged, and who next.'),
    flapping: flappingSchema,
    storm: stormSchema,
    resolve_timeout: durationField(
      '5m',
      'An alert from outside without an end resolves when it was not sent again for so long.',
    ),
    webhook_resolve_timeout: durationField(
      '12h',
      'The same for alerts that came by the webhook of Grafana or Alertmanager, which repeat less often.',
    ),
    history_retention: durationField('90d', 'How long resolved groups are kept.'),
    members_shown: countField(
      100,
      'Alerts of a group that chat and the API list with it; receivers get up to 2000.',
      1,
    ),
    story_shown: countField(100, 'Story entries of a group that are listed with it.', 1),
    delivery_lease: durationField(
      '1m',
      'A chat delivery that was begun and not settled for so long is offered again, as perhaps posted.',
    ),
    retry_min: durationField('1s', 'Pause after the first failed attempt; it doubles.'),
    retry_max: durationField('5m', 'Longest pause between attempts.'),
    limits: limitsSchema,
  })
  .superRefine((config, context) => {
    for (const { path, message } of crossReferences(config)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

export type AlertConfig = z.output<typeof alertConfigSchema>;
