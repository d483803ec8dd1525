import { z } from 'zod';
import { countField, durationField, sizeField } from '../base/index.ts';
import { blockConfigSchema } from './block/config.ts';

/** Section `store` of the configuration: how data is kept. */
export const storeConfigSchema = z.strictObject({
  durability: z
    .enum(['fsync', 'os', 'memory'])
    .default('fsync')
    .describe(
      'What an acknowledgement promises: fsync (survives a power cut), os (survives the death of the process), memory (nothing is written at all).',
    ),
  out_of_order_window: durationField(
    '10m',
    'How far behind the newest sample of its series a sample may be and still be stored.',
  ),
  block_range: durationField('2h', 'Length of time of which samples are sealed into one block.').refine(
    (rangeMs) => rangeMs >= 60_000,
    'expected at least 1m',
  ),
  seal_delay: durationField(
    '5m',
    'How long after a block range and its out-of-order window have passed it is sealed.',
  ),
  seal_check: durationField(
    '1m',
    'How often it is checked what is to be sealed, deleted or compacted.',
  ).refine((periodMs) => periodMs > 0, 'expected more than 0'),
  head_memory_limit: sizeField(
    '512MiB',
    'Bytes of chunks in memory above which the oldest block range is sealed early.',
  ),
  out_of_order_samples_max: countField(
    1024,
    'Late samples of one series that are kept apart before they are merged with the others.',
    1,
  ),
  wal_segment_size: sizeField('32MiB', 'Size at which the log goes on in a new file.'),
  snapshot_wal_size: sizeField(
    '128MiB',
    'Size of the log since the last snapshot at which the next one is taken; a start replays at most about so much.',
  ),
  wal_pending_max: sizeField(
    '64MiB',
    'Bytes that may be waiting for the log to be written. Over it writes are refused with a retryable answer.',
  ),
  wal_retry: durationField('1s', 'How long after a failed write to the log it is tried again.').refine(
    (periodMs) => periodMs > 0,
    'expected more than 0',
  ),
  min_free_disk: sizeField(
    '64MiB',
    'Free space of the data directory under which writes are refused with a retryable answer.',
  ),
  exemplars_max: countField(100_000, 'Exemplars kept in all; the oldest give way. 0 keeps none.'),
  metadata_max: countField(100_000, 'Metric names of which type, unit and help text are kept.', 1),
  blocks: blockConfigSchema.prefault({}),
});

export type StoreConfig = z.infer<typeof storeConfigSchema>;
