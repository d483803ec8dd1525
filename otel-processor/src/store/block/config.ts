import { z } from 'zod';
import { durationField, sizeField } from '../../base/index.ts';

/** Section `store.blocks` of the configuration: the immutable files of sealed time ranges. */
export const blockConfigSchema = z.strictObject({
  page_size: sizeField(
    '64KiB',
    'Size of a page before compression: what is read and decompressed at once. Larger pages take less disk, smaller ones make single series faster.',
  ),
  compression_level: z
    .int('expected a whole number')
    .min(1, 'expected 1 to 19')
    .max(19, 'expected 1 to 19')
    .default(1)
    .describe('zstd level of the pages, 1 to 19. Higher levels take far more CPU and save next to nothing.'),
  page_cache_size: sizeField('64MiB', 'Memory for decompressed pages of all blocks.'),
  index_cache_size: sizeField(
    '128MiB',
    'Memory for the label indexes of all blocks; the least recently used go first.',
  ),
  compaction_range: durationField(
    '1d',
    'Blocks of shorter ranges are merged until they span this much. Must be a multiple of the range that is sealed at once.',
  ),
  retention_time: durationField(
    '15d',
    'Blocks whose newest sample is older than this are removed. 0 keeps them for ever.',
  ),
  retention_size: sizeField(
    '0',
    'When all blocks together take more, the oldest are removed. 0 means no limit.',
  ),
  reader_grace: durationField(
    '10m',
    'How long files that were merged or removed stay open for queries that began before. Longer than any query may take.',
  ),
});

export type BlockConfig = z.infer<typeof blockConfigSchema>;
