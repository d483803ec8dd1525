import { type Fault, permanent, Telemetry } from '../../base/index.ts';
import { createSampleBuffer } from '../types.ts';
import type { BlockDisk } from './block-disk.ts';
import type { BlockIndex, Strip } from './block-index.ts';
import { BlockSelection, readParts, type SelectedPart } from './block-selection.ts';
import { BlockFileWriter } from './block-writer.ts';
import { type MergedSeries, mergeSeries } from './merge-series.ts';
import type { StoredMeta } from './meta-file.ts';
import { OpenBlock } from './open-block.ts';
import { checkPage } from './page.ts';
import { PageCache } from './page-cache.ts';
import { publishBlock } from './write-block.ts';

/** Merging reads each page once and in order: a few per source are enough, and queries keep their own cache. */
const CACHE_BYTES = 16 << 20;
const SAMPLES_PER_TURN = 20_000;

export interface MergeOptions {
  readonly disk: BlockDisk;
  readonly dir: string;
  readonly pageBytes: number;
  readonly level: number;
  readonly pause: () => Promise<void>;
  /** Ids of blocks that were replaced before and could not be removed yet. */
  readonly leftovers: readonly string[];
}

interface Source {
  readonly block: OpenBlock;
  readonly index: BlockIndex;
}

/** A range of the result and the strips that reach into it; no other range overlaps it. */
interface StripGroup {
  fromMs: number;
  toMs: number;
  readonly members: Array<{ readonly source: number; readonly strip: Strip }>;
}

/**
 * Makes one durable block of several, deletions carried out; of samples at the same time the later block's stays.
 * Strips that only one source has and no deletion touches are copied as they are, without decoding.
 * Faults: `unavailable`, retryable, when the disk cannot take it; `not_found` when no sample is left.
 * Throws a `FaultError` when a source is damaged.
 */
export async function mergeBlocks(
  blocks: readonly OpenBlock[],
  options: MergeOptions,
): Promise<StoredMeta | Fault> {
  const cache = new PageCache(CACHE_BYTES, new Telemetry());
  const inSequence = [...blocks].sort((a, b) => a.meta.sequence - b.meta.sequence);
  const readers = inSequence.map(
    ({ meta, dir, tombstones }) =>
      new OpenBlock(meta, dir, tombstones, { disk: options.disk, cache, onDamage: () => {} }),
  );
  try {
    const sources: Source[] = [];
    for (const block of readers) {
      const index = await block.index();
      await index.labels.prepareLabels(options.pause);
      sources.push({ block, index });
    }
    const merged = await mergeSeries(
      sources.map((source) => source.index.labels),
      options.pause,
    );
    const publication = {
      disk: options.disk,
      dir: options.dir,
      fromMs: Math.min(...blocks.map((block) => block.meta.fromMs)),
      toMs: Math.max(...blocks.map((block) => block.meta.toMs)),
      sequence: Math.max(...blocks.map((block) => block.meta.sequence)),
      sources: [...inSequence.map((block) => block.meta.id), ...options.leftovers],
    };
    return await publishBlock(publication, async (temporary, identity) => {
      const { disk, pageBytes, level } = options;
      const seriesCount = merged.count;
      const writer = await BlockFileWriter.create({ disk, dir: temporary, seriesCount, pageBytes, level });
      try {
        const groups = await groupStrips(sources, options.pause);
        for (const group of groups) await writeGroup(writer, group, sources, merged, options);
        if (writer.sampleCount === 0) {
          await writer.abort();
          return permanent('not_found', 'no sample is left');
        }
        return await writer.finish(identity, (series) => merged.labels(series), options.pause);
      } catch (error) {
        await writer.abort();
        throw error;
      }
    });
  } finally {
    for (const block of readers) await block.retire();
  }
}

/** Strips that overlap belong together; the groups are disjoint and in time order. */
async function groupStrips(sources: readonly Source[], pause: () => Promise<void>): Promise<StripGroup[]> {
  const members: Array<{ readonly source: number; readonly strip: Strip }> = [];
  for (const [source, { index }] of sources.entries()) {
    await index.prepareStrips(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, pause);
    for (let number = 0; number < index.stripCount; number++)
      members.push({ source, strip: index.strip(number) });
  }
  members.sort((a, b) => a.strip.content.fromMs - b.strip.content.fromMs);
  const groups: StripGroup[] = [];
  for (const member of members) {
    const { fromMs, toMs } = member.strip.content;
    const last = groups[groups.length - 1];
    if (last !== undefined && fromMs < last.toMs) {
      last.toMs = Math.max(last.toMs, toMs);
      last.members.push(member);
    } else groups.push({ fromMs, toMs, members: [member] });
  }
  return groups;
}

async function writeGroup(
  writer: BlockFileWriter,
  group: StripGroup,
  sources: readonly Source[],
  merged: MergedSeries,
  options: MergeOptions,
): Promise<void> {
  const [first] = group.members;
  if (group.members.length === 1 && !touched(sources[first.source].block, group)) {
    const { block } = sources[first.source];
    const timeIds = new Uint32Array(merged.count);
    first.strip.content.timeIds.forEach((id, series) => {
      timeIds[merged.numberOf(first.source, series)] = id;
    });
    await writer.addWholeStrip(
      { ...first.strip.content, timeIds },
      rawPages(block, first.strip, options.pause),
    );
    return;
  }
  await rewriteGroup(writer, group, sources, merged, options.pause);
}

function touched(block: OpenBlock, group: StripGroup): boolean {
  return block.tombstones.list.some(({ fromMs, toMs }) => fromMs < group.toMs && toMs >= group.fromMs);
}

async function* rawPages(
  block: OpenBlock,
  strip: Strip,
  pause: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  for (const page of [...strip.timePages, ...strip.valuePages]) {
    const bytes = await block.readRaw(page);
    // Damage must not travel on under a new name.
    checkPage(bytes);
    yield bytes;
    await pause();
  }
}

async function rewriteGroup(
  writer: BlockFileWriter,
  group: StripGroup,
  sources: readonly Source[],
  merged: MergedSeries,
  pause: () => Promise<void>,
): Promise<void> {
  // The range is half open, reads are not; no timestamp is finer than this.
  const toMs = group.toMs - 0.001;
  const selections: BlockSelection[] = [];
  for (const { block, index } of sources) {
    selections.push(await BlockSelection.open(block, index, [], group.fromMs, toMs, pause));
  }
  const positions = selections.map(() => 0);
  const buffer = createSampleBuffer(1024);
  let sinceTurn = 0;
  writer.beginStrip(group.fromMs, group.toMs);
  for (let number = 0; number < merged.count; number++) {
    const parts: SelectedPart[] = [];
    selections.forEach((selection, source) => {
      const position = positions[source];
      if (position === selection.series.length) return;
      if (merged.numberOf(source, selection.series[position]) !== number) return;
      parts.push({ selection, position });
      positions[source] += 1;
    });
    if (parts.length === 0) continue;
    buffer.count = 0;
    buffer.histograms = undefined;
    const read = readParts(parts, buffer, group.fromMs, toMs);
    if (read !== undefined) await read;
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
