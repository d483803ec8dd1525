import { z } from 'zod';
import { countField, durationField } from '../base/index.ts';

/** Section `query` of the configuration: defaults and limits of PromQL. */
export const queryConfigSchema = z.strictObject({
  lookback_delta: durationField('5m', 'How far back an instant selector looks for the newest sample.'),
  timeout: durationField('2m', 'A query that runs longer is stopped.'),
  samples_max: countField(50_000_000, 'Samples that one query may hold in memory at once.', 1),
  steps_max: countField(11_000, 'Steps of one range query, or of one subquery inside a query times ten.', 1),
  concurrency_max: countField(20, 'Queries evaluated at the same time; further ones wait.', 1),
  queue_max: countField(200, 'Queries that may wait for their turn; further ones are refused.'),
  subquery_step: durationField('1m', 'Step of a subquery that does not say its own.'),
  step_cache_points: countField(
    2_000_000,
    'Samples of earlier range queries kept, so that asking again with a later end evaluates the new steps only; 0 for none.',
  ),
  delayed_name_removal: z
    .boolean()
    .default(false)
    .describe(
      'Whether metric names are dropped only at the end of the evaluation (experimental in Prometheus).',
    ),
});

export type QueryConfig = z.infer<typeof queryConfigSchema>;
