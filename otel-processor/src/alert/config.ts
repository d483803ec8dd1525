import { z } from 'zod';
import { durationField } from '../base/index.ts';

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
});

export type RulesConfig = z.infer<typeof rulesConfigSchema>;
