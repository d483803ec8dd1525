import { join } from 'node:path';
import { type Fault, permanent, yieldToEventLoop as yieldByDefault } from '../../base/index.ts';
import type { LabelSet } from '../../model/index.ts';
import type { BlockInputSeries } from '../block-types.ts';
import { createSampleBuffer } from '../types.ts';
import { type BlockDisk, errorCode, nodeDisk, writeFault } from './block-disk.ts';
import { BlockFileWriter } from './block-writer.ts';
import type { StoredMeta } from './meta-file.ts';
import { sortSeries } from './sort-series.ts';

export const PAGE_BYTES = 64 * 1024;
/** Measured: higher levels take more time and not a percent less space, as residuals hold few repetitions. */
export const ZSTD_LEVEL = 1;
/** Prefixes of names in the directory of the blocks that are no block: what a crash left behind. */
export const TEMPORARY_PREFIX = 'tmp-';
export const REMOVED_PREFIX = 'removed-';

/** Samples between two turns of the event loop: a few milliseconds of work. */
const SAMPLES_PER_TURN = 20_000;
/** Series whose labels are gathered between two turns. */
const SERIES_PER_TURN = 2000;

export interface WriteBlockOptions {
  /** Directory of all blocks; made if it is not there. */
  readonly dir: string;
  /** The block's range [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly disk?: BlockDisk;
  /** What it throws ends the writing, without a trace on disk, and is thrown on. */
  readonly yieldToEventLoop?: () => Promise<void>;
  /** Page size before compression, in bytes. */
  readonly pageBytes?: number;
  /** zstd level. */
  readonly level?: number;
}

/**
 * Writes one block from series in any order, each label set once. When it returns a `BlockMeta` the block is
 * durable; a crash before leaves nothing that counts. Series without samples are left out.
 * Faults: `unavailable`, retryable, when the disk cannot take it; `invalid` when there is no sample at all.
 */
export async function writeBlock(
  options: WriteBlockOptions,
  series: Iterable<BlockInputSeries>,
): Promise<StoredMeta | Fault> {
  const disk = options.disk ?? nodeDisk;
  const pause = options.yieldToEventLoop ?? yieldByDefault;
  const inputs: Array<{ readonly labels: LabelSet; readonly input: BlockInputSeries }> = [];
  for (const input of series) {
    inputs.push({ labels: input.labels, input });
    if (inputs.length % SERIES_PER_TURN === 0) await pause();
  }
  const sorted = await sortSeries(inputs, pause);
  const { dir, fromMs, toMs } = options;
  return publishBlock({ disk, dir, fromMs, toMs, sources: [] }, async (temporary, identity) => {
    const writer = await BlockFileWriter.create({
      disk,
      dir: temporary,
      seriesCount: sorted.length,
      pageBytes: options.pageBytes ?? PAGE_BYTES,
      level: options.level ?? ZSTD_LEVEL,
    });
    try {
      await writeStrip(writer, fromMs, toMs, sorted, pause);
      if (writer.sampleCount === 0) {
        await writer.abort();
        return permanent('invalid', 'a block needs at least one sample');
      }
      return await writer.finish(identity, (number): LabelSet => sorted[number].labels, pause);
    } catch (error) {
      await writer.abort();
      throw error;
    }
  });
}

async function writeStrip(
  writer: BlockFileWriter,
  fromMs: number,
  toMs: number,
  sorted: ReadonlyArray<{ readonly input: BlockInputSeries }>,
  pause: () => Promise<void>,
): Promise<void> {
  const buffer = createSampleBuffer(1024);
  let sinceTurn = 0;
  writer.beginStrip(fromMs, toMs);
  for (let number = 0; number < sorted.length; number++) {
    buffer.count = 0;
    buffer.histograms = undefined;
    sorted[number].input.read(buffer);
    const flushed = writer.add(number, buffer, 0, buffer.count);
    if (flushed !== undefined) await flushed;
    sinceTurn += buffer.count + 50;
    if (sinceTurn >= SAMPLES_PER_TURN) {
      sinceTurn = 0;
      await pause();
    }
  }
  await writer.endStrip();
}

interface Publication {
  readonly disk: BlockDisk;
  readonly dir: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly sources: readonly string[];
  /** The next free number when not given. */
  readonly sequence?: number;
}

export type BlockIdentity = Pick<StoredMeta, 'id' | 'fromMs' | 'toMs' | 'sequence' | 'sources'>;

/**
 * Lets `write` fill a temporary directory and gives it its name once it is durable. Whatever goes wrong, nothing
 * is left of it; failures of the disk become a retryable fault.
 */
export async function publishBlock(
  publication: Publication,
  write: (temporary: string, identity: BlockIdentity) => Promise<StoredMeta | Fault>,
): Promise<StoredMeta | Fault> {
  const { disk, dir, fromMs, toMs, sources } = publication;
  const random = crypto.randomUUID().slice(0, 8);
  const temporary = join(dir, `${TEMPORARY_PREFIX}${random}`);
  let final: string | undefined;
  try {
    await disk.makeDir(dir);
    const sequence = publication.sequence ?? (await nextSequence(disk, dir));
    const id = `${fromMs}-${toMs}-${String(sequence).padStart(8, '0')}-${random}`;
    await disk.makeDir(temporary);
    const meta = await write(temporary, { id, fromMs, toMs, sequence, sources });
    if ('code' in meta) {
      await disk.removeTree(temporary);
      return meta;
    }
    await disk.rename(temporary, join(dir, id));
    final = join(dir, id);
    await disk.syncDir(dir);
    return meta;
  } catch (error) {
    // Under its own name it would count after a restart, though the caller was told that it failed.
    await disk.removeTree(final ?? temporary).catch(() => {});
    // Only the system's errors have a code; anything else is damage in a source or a bug, not a full disk.
    if (errorCode(error) === '') throw error;
    return writeFault(`the block of ${fromMs}-${toMs}`, error);
  }
}

/** One more than the largest number in the name of any block, those set aside included. */
async function nextSequence(disk: BlockDisk, dir: string): Promise<number> {
  let largest = 0;
  for (const name of await disk.list(dir)) {
    const match = /-(\d+)-[0-9a-f]{8}$/.exec(name);
    if (match !== null) largest = Math.max(largest, Number(match[1]));
  }
  return largest + 1;
}
