import { z } from 'zod';
import { alertConfigSchema, rulesConfigSchema } from '../alert/config.ts';
import { eventsConfigSchema, ingestConfigSchema } from '../ingest/config.ts';
import { explainConfigSchema, forecastConfigSchema } from '../insight/config.ts';
import { enrichmentConfigSchema, pipelineConfigSchema } from '../pipeline/config.ts';
import { queryConfigSchema } from '../query/config.ts';
import { serveConfigSchema } from '../serve/config.ts';
import { storeConfigSchema } from '../store/config.ts';
import { watchConfigSchema, watchesConfigSchema } from '../watch/config.ts';
import { viewsConfigSchema } from '../windows/config.ts';

const logSchema = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('The least serious message that is written.'),
  })
  .prefault({})
  .describe('The log, on standard error: one JSON object a line.');

/** The whole configuration file: one section per room. Every key has a default. */
export const configSchema = z.strictObject({
  data_dir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder of everything that is stored; `--data` wins over it. Default: `statbar` in the data folder of the user (`$XDG_DATA_HOME` or `~/.local/share`; on macOS `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`).',
    ),
  log: logSchema,
  serve: serveConfigSchema,
  ingest: ingestConfigSchema.prefault({}),
  pipeline: pipelineConfigSchema.prefault({}),
  store: storeConfigSchema.prefault({}),
  query: queryConfigSchema.prefault({}),
  explain: explainConfigSchema.prefault({}),
  forecast: forecastConfigSchema.prefault({}),
  rules: rulesConfigSchema.prefault({}),
  alert: alertConfigSchema.prefault({}),
  events: eventsConfigSchema.extend({ enrichment: enrichmentConfigSchema }).prefault({}),
  views: viewsConfigSchema.prefault([]),
  watch: watchConfigSchema.prefault({}),
  watches: watchesConfigSchema.prefault([]),
});

export type Config = z.output<typeof configSchema>;

/** What everything is without a configuration file. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}
