import { z } from 'zod';

export const slackConfigSchema = z
  .strictObject({
    mode: z
      .enum(['socket', 'http'])
      .default('socket')
      .describe(
        'How Slack reaches the bot: by a connection that the bot opens, or by HTTP requests to `port`.',
      ),
    bot_token: z.string().default('').describe('`xoxb-...`, from OAuth & Permissions of the Slack app.'),
    app_token: z.string().default('').describe('`xapp-...` with `connections:write`; for `mode: socket`.'),
    signing_secret: z
      .string()
      .default('')
      .describe('From Basic Information of the Slack app; for `mode: http`.'),
    host: z.string().default('127.0.0.1').describe('Address to listen on; for `mode: http`.'),
    port: z.int().min(0).max(65535).default(3000).describe('Port to listen on; for `mode: http`.'),
    native_charts: z
      .boolean()
      .default(true)
      .describe('Charts as Slack draws them, on the card; where a workspace refuses them, pictures only.'),
    timeout: z.int().min(100).default(10_000).describe('Milliseconds that a call of the Web API may take.'),
    api_url: z.string().default('').describe('Another Web API than `https://slack.com/api/`, for tests.'),
  })
  .superRefine((config, context) => {
    const missing = (key: 'bot_token' | 'app_token' | 'signing_secret', message: string): void => {
      if (config[key] === '') context.addIssue({ code: 'custom', path: [key], message });
    };
    missing('bot_token', 'is needed: xoxb-..., from OAuth & Permissions of the Slack app');
    if (config.mode === 'socket')
      missing('app_token', 'is needed for mode: socket: xapp-..., with connections:write');
    else missing('signing_secret', 'is needed for mode: http: from Basic Information of the Slack app');
  });

export type SlackConfig = z.output<typeof slackConfigSchema>;
