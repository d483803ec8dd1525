import { type Fault, FaultError, isFault, type Logger, permanent, type Telemetry } from '../../base/index.ts';
import type { BlockMeta } from '../block-types.ts';
import { type BlockDisk, errorCode, errorText, writeFault } from './block-disk.ts';
import type { BlockSet } from './block-set.ts';
import type { BlockConfig } from './config.ts';
import { mergeBlocks } from './merge-blocks.ts';
import type { OpenBlock } from './open-block.ts';

export interface CompactionPorts {
  readonly dir: string;
  readonly config: BlockConfig;
  readonly disk: BlockDisk;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly set: BlockSet;
  /** Lets the event loop have its turn; throws a `FaultError` of code `canceled` when the merge is to be given up. */
  readonly pause: () => Promise<void>;
}

/**
 * Puts one block in the place of several, deletions carried out. Whatever goes wrong, the sources stay as they are.
 * Faults: `unavailable`, retryable, when the disk cannot take it; `canceled` when `pause` said so; `internal` when a
 * source or the result is damaged: then the sources are marked, and left alone by later merges.
 */
export async function compactBlocks(
  sources: readonly OpenBlock[],
  ports: CompactionPorts,
): Promise<Fault | undefined> {
  const { config, disk, dir, logger, telemetry, set, pause } = ports;
  const count = (result: string): void =>
    telemetry.counter('statbar_block_compactions_total', 'Merges of blocks, by result.', { result }).add(1);
  let merged: BlockMeta | Fault;
  try {
    const { page_size: pageBytes, compression_level: level } = config;
    merged = await mergeBlocks(sources, { disk, dir, pageBytes, level, pause, leftovers: set.leftovers });
  } catch (error) {
    const ids = sources.map((source) => source.meta.id);
    if (errorCode(error) !== '') {
      merged = writeFault(`the merged block of ${ids.join(', ')}`, error);
    } else if (!(error instanceof FaultError)) {
      throw error;
    } else if (error.fault.code === 'canceled') {
      count('canceled');
      return error.fault;
    } else {
      // Which source it was shows when a query meets it; until then none of them is merged again.
      for (const block of sources) block.damaged = true;
      count('damaged');
      logger.error('blocks could not be merged', { why: errorText(error), blocks: ids });
      return permanent('internal', `blocks ${ids.join(', ')} could not be merged: ${errorText(error)}`);
    }
  }
  if (isFault(merged) && merged.code !== 'not_found') {
    count('failed');
    logger.warn('blocks could not be merged; it is tried again later', { why: merged.message });
    return merged;
  }
  const replaced = await set.replace(sources, isFault(merged) ? undefined : merged.id);
  count(replaced ? 'done' : 'failed');
  return replaced ? undefined : permanent('internal', 'the merged block is damaged and was set aside');
}
