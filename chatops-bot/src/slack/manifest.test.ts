import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { neededScopes } from './checks.ts';

/** The part of Slack's manifest schema that we use, with its limits (docs.slack.dev/reference/app-manifest). */
const manifestSchema = z.strictObject({
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({
      display_name: z.string().regex(/^[a-z0-9-_.]{1,80}$/),
      always_online: z.boolean(),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().startsWith('/').max(32),
          description: z.string().max(2000),
          usage_hint: z.string().max(1000),
          should_escape: z.literal(false),
        }),
      )
      .max(50),
    unfurl_domains: z.array(z.hostname()).min(1).max(5),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
});

const manifest = manifestSchema.parse(
  parse(readFileSync(new URL('../../slack-manifest.yaml', import.meta.url), 'utf8')),
);

test('events have the scopes that they need', () => {
  const needed: Readonly<Record<string, string>> = {
    app_home_opened: '',
    app_mention: 'app_mentions:read',
    link_shared: 'links:read',
    'message.im': 'im:history',
  };
  const { bot } = manifest.oauth_config.scopes;
  for (const event of manifest.settings.event_subscriptions.bot_events) {
    const scope = needed[event];
    expect(scope, `${event} is handled`).toBeDefined();
    if (scope !== '') expect(bot).toContain(scope);
  }
  expect(new Set(bot).size).toBe(bot.length);
});

test('what the bot listens to is in the manifest', () => {
  const source = readFileSync(new URL('./inbound.ts', import.meta.url), 'utf8');
  const events = [...source.matchAll(/app\.event\('([a-z_]+)'/g)].map((match) => match[1]);
  expect(events.length).toBeGreaterThan(2);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual([...events, 'message.im'].sort());
});

test('doctor looks for the scopes of the manifest', () => {
  expect(Object.keys(neededScopes)).toEqual(manifest.oauth_config.scopes.bot);
});
