import { join } from 'node:path';
import {
  type Clock,
  type Fault,
  FaultError,
  type Logger,
  permanent,
  retryable,
  type Telemetry,
  yieldToEventLoop,
} from '../../base/index.ts';
import type { LabelSet, Matcher } from '../../model/index.ts';
import type { BlockMeta, BlockSeries, BlockStore } from '../block-types.ts';
import type { SampleBuffer } from '../types.ts';
import { DELETES_FILE } from './block-directory.ts';
import { type BlockDisk, errorCode, errorText, nodeDisk, replaceFile, writeFault } from './block-disk.ts';
import { type BlockSelection, readParts, type SelectedPart } from './block-selection.ts';
import { BlockSet } from './block-set.ts';
import { compactBlocks } from './compact-blocks.ts';
import { planCompaction } from './compaction-plan.ts';
import type { BlockConfig } from './config.ts';
import type { OpenBlock } from './open-block.ts';
import { planRetention } from './retention-plan.ts';
import { encodeTombstones } from './tombstones.ts';

/** Series gathered between two turns of the event loop. */
const SERIES_PER_TURN = 2000;
const TEXTS_PER_TURN = 10_000;

export interface BlockStoreOptions {
  /** Directory of the blocks; made if it is not there. */
  readonly dir: string;
  readonly config: BlockConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly disk?: BlockDisk;
}

const stopping = retryable('canceled', 'the store is shutting down', 1000);

/**
 * Opens the blocks of a directory, tidying up after a crash. Fault: `unavailable` when the directory cannot be used;
 * it names the directory and says why.
 */
export async function openBlockStore(options: BlockStoreOptions): Promise<BlockStore | Fault> {
  const disk = options.disk ?? nodeDisk;
  try {
    return new DirectoryBlockStore({ ...options, disk }, await BlockSet.open({ ...options, disk }));
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return permanent('unavailable', `cannot open the blocks in ${options.dir}: ${errorText(error)}`);
  }
}

class DirectoryBlockStore implements BlockStore {
  readonly #options: BlockStoreOptions & { readonly disk: BlockDisk };
  readonly #set: BlockSet;
  /** Changes come one after the other; reads do not wait for them. */
  #changes: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: BlockStoreOptions & { readonly disk: BlockDisk }, set: BlockSet) {
    this.#options = options;
    this.#set = set;
  }

  blocks(): readonly BlockMeta[] {
    return this.#set.blocks.map((block) => block.meta);
  }

  async select(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<readonly BlockSeries[]> {
    const selections = await this.#set.select(matchers, fromMs, toMs, true);
    const found: PartedSeries[] = [];
    const byHash = new Map<number, PartedSeries>();
    for (const selection of selections) {
      for (let position = 0; position < selection.series.length; position++) {
        const series = new PartedSeries({ selection, position });
        if (selections.length === 1 || !joinEqual(byHash, series)) found.push(series);
        if ((position + 1) % SERIES_PER_TURN === 0) await yieldToEventLoop();
      }
    }
    return found;
  }

  async series(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly LabelSet[]> {
    const byKey = new Map<string, LabelSet>();
    for await (const selection of this.#selections(matcherSets, fromMs, toMs, true)) {
      for (let position = 0; position < selection.series.length; position++) {
        const labels = selection.labels(position);
        byKey.set(labels.key, labels);
        if ((position + 1) % SERIES_PER_TURN === 0) await yieldToEventLoop();
      }
    }
    return [...byKey.values()];
  }

  async labelNames(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]> {
    const names = new Set<string>();
    for await (const { index, series } of this.#selections(matcherSets, fromMs, toMs, false)) {
      for (const name of index.labels.labelNames(series)) names.add(name);
    }
    return [...names];
  }

  async labelValues(
    labelName: string,
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]> {
    const values = new Set<string>();
    for await (const { index, series } of this.#selections(matcherSets, fromMs, toMs, false)) {
      for (const value of index.labels.labelValues(labelName, series)) {
        values.add(value);
        if (values.size % TEXTS_PER_TURN === 0) await yieldToEventLoop();
      }
    }
    return [...values];
  }

  /** Does not wait for a merge that is under way: what was sealed must not stay in memory for so long. */
  async add(meta: BlockMeta): Promise<Fault | undefined> {
    if (await this.#set.add(meta.id)) return undefined;
    return permanent('internal', `block ${meta.id} is damaged and was set aside`);
  }

  delete(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<number | Fault> {
    return this.#change(async () => {
      if (this.#closed) return stopping;
      const touched = new Set<number>();
      const { disk } = this.#options;
      for (const selection of await this.#set.select(matchers, fromMs, toMs, true)) {
        const { block } = selection;
        const tombstones = block.tombstones.with({ matchers, fromMs, toMs });
        const path = join(block.dir, DELETES_FILE);
        try {
          await replaceFile(disk, path, encodeTombstones(tombstones));
        } catch (error) {
          return writeFault(path, error);
        }
        block.tombstones = tombstones;
        for (let position = 0; position < selection.series.length; position++) {
          touched.add(selection.labelsHash(position));
          if ((position + 1) % SERIES_PER_TURN === 0) await yieldToEventLoop();
        }
      }
      return touched.size;
    });
  }

  /** Merges until nothing is left to merge. */
  async compact(): Promise<void> {
    while (!this.#closed && (await this.#change(() => this.#compactOnce()))) await yieldToEventLoop();
  }

  applyRetention(nowMs: number): Promise<void> {
    return this.#change(async () => {
      const { config, telemetry, logger } = this.#options;
      const limits = { timeMs: config.retention_time, sizeBytes: config.retention_size };
      for (const [meta, reason] of planRetention(this.blocks(), limits, nowMs)) {
        const block = this.#set.blocks.find((candidate) => candidate.meta.id === meta.id);
        if (block === undefined) continue;
        await this.#set.remove(block);
        const help = 'Blocks removed by retention, by the limit they hit.';
        telemetry.counter('statbar_block_retention_removed_total', help, { reason }).add(1);
        logger.info('removed a block by retention', { block: meta.id, reason });
      }
    });
  }

  async cleanTombstones(): Promise<Fault | undefined> {
    let first: Fault | undefined;
    for (const id of this.blocks().map((meta) => meta.id)) {
      const fault = await this.#change(async () => {
        const block = this.#set.blocks.find(({ meta }) => meta.id === id);
        if (block === undefined || block.damaged || block.tombstones.list.length === 0) return undefined;
        return this.#closed ? stopping : this.#merge([block]);
      });
      first ??= fault;
      // Where one block is damaged the others can still be cleaned; a full or closed store fails them all.
      if (fault?.retryable === true) break;
    }
    return first;
  }

  stop(): void {
    this.#closed = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#change(() => this.#set.close());
  }

  async #compactOnce(): Promise<boolean> {
    const { compaction_range: rangeMs } = this.#options.config;
    const candidates = this.#set.blocks.filter((block) => !block.damaged).map(asPlanned);
    const plan = this.#closed ? undefined : planCompaction(candidates, rangeMs);
    if (plan === undefined) return false;
    const fault = await this.#merge(plan.map(({ block }) => block));
    // Damaged ones are out of the next plan, so there is something else to try.
    return fault === undefined || (fault.code === 'internal' && plan.every(({ block }) => block.damaged));
  }

  #merge(sources: readonly OpenBlock[]): Promise<Fault | undefined> {
    const pause = async (): Promise<void> => {
      await yieldToEventLoop();
      if (this.#closed) throw new FaultError(stopping);
    };
    return compactBlocks(sources, { ...this.#options, set: this.#set, pause });
  }

  async *#selections(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
    forLabels: boolean,
  ): AsyncGenerator<BlockSelection> {
    for (const matchers of matcherSets.length === 0 ? [[]] : matcherSets) {
      for (const selection of await this.#set.select(matchers, fromMs, toMs, forLabels)) {
        yield selection;
        await yieldToEventLoop();
      }
    }
  }

  #change<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#changes.then(run);
    this.#changes = result.catch(() => {});
    return result;
  }
}

function asPlanned(block: OpenBlock) {
  return { block, meta: block.meta, hasTombstones: block.tombstones.list.length > 0 };
}

/** A selected series with its parts in one or more blocks, in order of the blocks' sequence. */
class PartedSeries implements BlockSeries {
  readonly labelsHash: number;
  /** Another one with the same hash and other labels. */
  nextAlike: PartedSeries | undefined;
  readonly #parts: SelectedPart[];
  #labels: LabelSet | undefined;

  constructor(part: SelectedPart) {
    this.#parts = [part];
    this.labelsHash = part.selection.labelsHash(part.position);
  }

  get labels(): LabelSet {
    const [first] = this.#parts;
    this.#labels ??= first.selection.labels(first.position);
    return this.#labels;
  }

  take(other: PartedSeries): void {
    this.#parts.push(...other.#parts);
  }

  read(into: SampleBuffer, fromMs: number, toMs: number): void | Promise<void> {
    return readParts(this.#parts, into, fromMs, toMs);
  }
}

/** Adds the series to the one with equal labels, if there is one; else remembers it. */
function joinEqual(byHash: Map<number, PartedSeries>, series: PartedSeries): boolean {
  const first = byHash.get(series.labelsHash);
  if (first === undefined) {
    byHash.set(series.labelsHash, series);
    return false;
  }
  for (let candidate = first; ; candidate = candidate.nextAlike) {
    if (candidate.labels.equals(series.labels)) {
      candidate.take(series);
      return true;
    }
    if (candidate.nextAlike === undefined) {
      candidate.nextAlike = series;
      return false;
    }
  }
}
