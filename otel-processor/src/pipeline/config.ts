import { z } from 'zod';
import { countField, durationField, sizeField } from '../base/index.ts';

export { type EnrichmentConfig, enrichmentConfigSchema } from './enrichment/config.ts';

/** Section `pipeline` of the configuration: what may enter, and how much of it. */
export const pipelineConfigSchema = z.strictObject({
  series_max: countField(
    1_000_000,
    'Series of one tenant in memory at once. Points of further series are refused and counted.',
    1,
  ),
  new_series_per_second: countField(
    20_000,
    'How many series of one tenant may be new per second, on average.',
    1,
  ),
  new_series_burst: countField(
    200_000,
    'How many series of one tenant may be new at once, before the average counts.',
    1,
  ),
  future_max: durationField('10m', 'How far ahead of the clock a sample may be.'),
  overflow_metrics_max: countField(
    100,
    'Metric names that the overflow series tells apart; the rest are counted under "other".',
    1,
  ),
  in_flight_bytes_max: sizeField(
    '256MiB',
    'Request bytes, after decompression, that may be waiting to be stored at once. Over it requests are refused with a retryable answer.',
  ),
  memory_limit: sizeField(
    '0',
    'Resident memory of the process above which ingest is refused with a retryable answer. 0 means three quarters of the memory that the machine or container has.',
  ),
});

export type PipelineConfig = z.infer<typeof pipelineConfigSchema>;
