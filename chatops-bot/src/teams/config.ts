import { z } from 'zod';

export const teamsConfigSchema = z.strictObject({
  app_id: z
    .string()
    .min(1, 'is needed: the application (client) id of the bot registration')
    .describe('Application (client) id of the bot registration.'),
  app_secret: z.string().default('').describe('A client secret of it.'),
  tenant_id: z
    .string()
    .min(1, 'is needed: the directory (tenant) id')
    .describe('Directory (tenant) id: requests for other tenants are refused.'),
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on for `POST /api/messages`; a proxy with TLS stands before it.'),
  port: z.int().min(0).max(65535).default(3978).describe('Port to listen on.'),
  native_charts: z
    .boolean()
    .default(true)
    .describe('Charts as Teams draws them, with a picture for clients that cannot.'),
  service_url: z
    .url({ protocol: /^https?$/ })
    .default('https://smba.trafficmanager.net/teams')
    .describe(
      'The connector for conversations from which nothing has come yet; those tell their own, and it is kept.',
    ),
});

export type TeamsConfig = z.output<typeof teamsConfigSchema>;
