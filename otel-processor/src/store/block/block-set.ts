import { join } from 'node:path';
import {
  type Clock,
  type Counter,
  FaultError,
  type Logger,
  permanent,
  type Telemetry,
  type Timer,
  yieldToEventLoop,
} from '../../base/index.ts';
import type { Matcher } from '../../model/index.ts';
import {
  type DirectoryPorts,
  type FoundBlock,
  inspect,
  quarantine,
  removeBlock,
  scanDirectory,
} from './block-directory.ts';
import { type BlockDisk, errorText } from './block-disk.ts';
import type { BlockIndex } from './block-index.ts';
import { BlockSelection } from './block-selection.ts';
import type { BlockConfig } from './config.ts';
import { OpenBlock } from './open-block.ts';
import { PageCache } from './page-cache.ts';

export interface BlockSetOptions {
  readonly dir: string;
  readonly config: BlockConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly disk: BlockDisk;
}

/** The blocks in use: which there are, how they come and go, and what they may hold in memory. */
export class BlockSet {
  readonly #options: BlockSetOptions;
  readonly #cache: PageCache;
  readonly #directory: DirectoryPorts;
  readonly #damages: Counter;
  readonly #retiring = new Map<OpenBlock, Timer>();
  /** Ids of blocks that are out of use, but whose files could not be removed. */
  readonly #leftovers = new Set<string>();
  #blocks: OpenBlock[] = [];
  #uses = 0;

  private constructor(options: BlockSetOptions) {
    const { telemetry, config, disk, dir, logger } = options;
    this.#options = options;
    this.#cache = new PageCache(config.page_cache_size, telemetry);
    this.#damages = telemetry.counter('statbar_block_damaged_pages_total', 'Pages of blocks found damaged.');
    const quarantined = telemetry.counter(
      'statbar_block_quarantined_total',
      'Blocks set aside because they are damaged.',
    );
    this.#directory = { disk, dir, logger, onQuarantine: () => quarantined.add(1) };
    const observe = (name: string, help: string, read: () => number): void =>
      telemetry.observed(name, help, 'gauge', read);
    observe('statbar_blocks', 'Blocks on disk.', () => this.#blocks.length);
    observe('statbar_block_bytes', 'Size of all blocks on disk.', () =>
      this.#blocks.reduce((sum, block) => sum + block.meta.sizeBytes, 0),
    );
    observe('statbar_block_samples', 'Samples in all blocks.', () =>
      this.#blocks.reduce((sum, block) => sum + block.meta.sampleCount, 0),
    );
    observe(
      'statbar_block_page_cache_bytes',
      'Memory held by decompressed pages.',
      () => this.#cache.sizeBytes,
    );
    observe('statbar_block_index_bytes', 'Memory held by indexes of blocks, about.', () =>
      this.#indexBytes(),
    );
  }

  static async open(options: BlockSetOptions): Promise<BlockSet> {
    const set = new BlockSet(options);
    for (const found of await scanDirectory(set.#directory)) set.#insert(found);
    return set;
  }

  /** In order of their sequence. */
  get blocks(): readonly OpenBlock[] {
    return this.#blocks;
  }

  get leftovers(): readonly string[] {
    return [...this.#leftovers];
  }

  /** Takes a block into use that is finished on disk. False when it is damaged. */
  async add(id: string): Promise<boolean> {
    const known = (): boolean => this.#blocks.some((block) => block.meta.id === id);
    if (known()) return true;
    const found = await inspect(this.#directory, id);
    if (found === undefined) return false;
    if (!known()) this.#insert(found);
    return true;
  }

  /**
   * At one moment the merged block comes into use and its sources go out of it; their files go after that.
   * False when the merged block turns out to be damaged: then nothing changes.
   */
  async replace(sources: readonly OpenBlock[], mergedId: string | undefined): Promise<boolean> {
    const found = mergedId === undefined ? undefined : await inspect(this.#directory, mergedId);
    if (mergedId !== undefined && found === undefined) return false;
    // Where it cannot be opened, queries under way will say so; that must not keep the old files for ever.
    for (const source of sources) await source.hold().catch(() => {});
    this.#blocks = this.#blocks.filter((block) => !sources.includes(block));
    if (found !== undefined) this.#insert(found);
    for (const source of sources) await this.#discard(source);
    return true;
  }

  async remove(block: OpenBlock): Promise<void> {
    await this.replace([block], undefined);
  }

  /**
   * Selections of all blocks that may have samples in [fromMs, toMs] of series that satisfy all matchers.
   * `forLabels`: their label sets will be asked for.
   */
  async select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    forLabels: boolean,
  ): Promise<BlockSelection[]> {
    const selections: BlockSelection[] = [];
    for (const block of this.#blocks) {
      if (block.meta.minTimeMs > toMs || block.meta.maxTimeMs < fromMs) continue;
      let selection: BlockSelection;
      try {
        selection = await this.#selectFrom(block, matchers, fromMs, toMs, forLabels);
      } catch (error) {
        // Merged away while this query was on its way to it: begin again with the blocks of now.
        if (!(error instanceof FaultError) && !this.#blocks.includes(block)) {
          return this.select(matchers, fromMs, toMs, forLabels);
        }
        throw error;
      }
      if (selection.series.length > 0) selections.push(selection);
    }
    return selections;
  }

  async close(): Promise<void> {
    for (const [block, timer] of this.#retiring) {
      timer.cancel();
      await block.retire();
    }
    this.#retiring.clear();
    const blocks = this.#blocks;
    this.#blocks = [];
    for (const block of blocks) await block.retire();
  }

  async #selectFrom(
    block: OpenBlock,
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    forLabels: boolean,
  ): Promise<BlockSelection> {
    let index: BlockIndex;
    try {
      index = await block.index();
      block.lastUse = ++this.#uses;
      const selection = await BlockSelection.open(block, index, matchers, fromMs, toMs, yieldToEventLoop);
      if (forLabels && selection.series.length > 0) await index.labels.prepareLabels(yieldToEventLoop);
      this.#limitIndexes(block);
      return selection;
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      throw await this.#setAside(block, errorText(error));
    }
  }

  async #setAside(block: OpenBlock, why: string): Promise<FaultError> {
    if (this.#blocks.includes(block)) {
      this.#blocks = this.#blocks.filter((other) => other !== block);
      await block.retire();
      await quarantine(this.#directory, block.meta.id, why);
    }
    const message = `block ${block.meta.id} is damaged (${why}) and was set aside; later queries go without it`;
    return new FaultError(permanent('internal', message));
  }

  #insert(found: FoundBlock): void {
    const block = new OpenBlock(found.meta, found.dir, found.tombstones, {
      disk: this.#options.disk,
      cache: this.#cache,
      onDamage: (damaged, what, why) => {
        this.#damages.add(1);
        const where = join(damaged.dir, 'data');
        this.#options.logger.error('part of a block is damaged; its samples are missing from queries', {
          block: damaged.meta.id,
          what,
          why,
          where,
        });
      },
    });
    // A new list: a query may be walking along the old one.
    this.#blocks = [...this.#blocks, block].sort(
      (a, b) => a.meta.sequence - b.meta.sequence || (a.meta.id < b.meta.id ? -1 : 1),
    );
  }

  /** Removes the files of a block that is out of use; readers that began before have them open for a while. */
  async #discard(block: OpenBlock): Promise<void> {
    const { clock, config, logger } = this.#options;
    this.#retiring.set(
      block,
      clock.after(config.reader_grace, () => {
        this.#retiring.delete(block);
        void block.retire();
      }),
    );
    try {
      await removeBlock(this.#directory, block.meta.id);
    } catch (error) {
      this.#leftovers.add(block.meta.id);
      logger.warn('a block that is out of use could not be removed; it goes at the next start', {
        block: block.meta.id,
        why: errorText(error),
      });
    }
  }

  #indexBytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.indexBytes, 0);
  }

  #limitIndexes(current: OpenBlock): void {
    let bytes = this.#indexBytes();
    const limitBytes = this.#options.config.index_cache_size;
    if (bytes <= limitBytes) return;
    const oldestFirst = [...this.#blocks].sort((a, b) => a.lastUse - b.lastUse);
    for (const block of oldestFirst) {
      if (bytes <= limitBytes) return;
      if (block === current) continue;
      bytes -= block.indexBytes;
      block.forgetIndex();
    }
  }
}
