import { z } from 'zod';

const panelSchema = z.strictObject({
  dashboard: z.string().min(1).describe('The uid of the dashboard, which is behind `/d/` in its address.'),
  panel: z
    .union([z.int().min(0), z.string()])
    .transform(String)
    .describe('The id of the panel: `viewPanel`.'),
  title: z.string().default('').describe('Of the chart; empty: the title of the dashboard.'),
  query: z
    .string()
    .min(1)
    .describe('What it draws, in PromQL. `$name` and `$__rate_interval` are filled in from the link.'),
});

export const linksConfigSchema = z.strictObject({
  dashboards: z
    .array(z.url({ protocol: /^https?$/ }))
    .default([])
    .describe(
      'Addresses of Grafana, for example https://grafana.example.com. Links to dashboards there become cards.',
    ),
  titles: z
    .record(z.string(), z.string())
    .default({})
    .describe('Titles of dashboards by uid; others are named as their address has it.'),
  panels: z
    .array(panelSchema)
    .default([])
    .describe(
      'What panels draw: links to these get a chart. Without it the bot knows a panel by its id only.',
    ),
});

export type LinksConfig = z.output<typeof linksConfigSchema>;
