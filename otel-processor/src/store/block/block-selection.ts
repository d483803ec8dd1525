import { FaultError } from '../../base/index.ts';
import type { LabelSet, Matcher } from '../../model/index.ts';
import { mergeRuns, trimSamples } from '../sample-runs.ts';
import { growSampleBuffer, type SampleBuffer } from '../types.ts';
import type { BlockIndex, Strip } from './block-index.ts';
import { cutRangeFrom } from './cut-range.ts';
import type { OpenBlock } from './open-block.ts';
import type { CachedPage, PageContent } from './page-cache.ts';
import { SampleColumnCodec } from './sample-column.ts';
import { malformed } from './sections.ts';

/** Pages ahead of the reader that are fetched along with the one it waits for, in bytes on disk. */
const READ_AHEAD_BYTES = 1 << 20;

/** Series looked at between two turns of the event loop. */
const SERIES_PER_TURN = 20_000;

interface Found {
  readonly series: Uint32Array;
  readonly deleted: ReadonlyMap<number, readonly number[]>;
  /** Damaged pages that were known when the query began. */
  readonly knownDamage: number;
}

const codec = new SampleColumnCodec();

/** The series of one block that one query selected, so that reading one can fetch what the next will need. */
export class BlockSelection {
  readonly block: OpenBlock;
  readonly index: BlockIndex;
  /** Ascending. */
  readonly series: Uint32Array;
  readonly #strips: readonly Strip[];
  readonly #deleted: ReadonlyMap<number, readonly number[]>;
  readonly #knownDamage: number;

  private constructor(block: OpenBlock, index: BlockIndex, strips: readonly Strip[], found: Found) {
    this.block = block;
    this.index = index;
    this.#knownDamage = found.knownDamage;
    this.#strips = strips;
    this.#deleted = found.deleted;
    this.series = found.series;
  }

  /**
   * Finds the series that satisfy all matchers and may have samples in [fromMs, toMs], in slices with `pause` in
   * between. Rejects with a `FaultError` when the index is damaged.
   */
  static async open(
    block: OpenBlock,
    index: BlockIndex,
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    pause: () => Promise<void>,
  ): Promise<BlockSelection> {
    const knownDamage = block.damageCount;
    await index.prepareStrips(fromMs, toMs, pause);
    await index.labels.prepare(matchers, pause);
    const deleted = await block.tombstones.rangesBySeries(index.labels, pause);
    const strips = index.stripsIn(fromMs, toMs);
    const candidates = index.labels.match(matchers);
    const series = new Uint32Array(candidates.length);
    let count = 0;
    for (let i = 0; i < candidates.length; i++) {
      const number = candidates[i];
      const covered = strips.some((strip) => strip.covers(number, fromMs, toMs));
      if (covered && !isDeleted(block, deleted.get(number), fromMs, toMs)) series[count++] = number;
      if ((i + 1) % SERIES_PER_TURN === 0) await pause();
    }
    return new BlockSelection(block, index, strips, {
      series: series.subarray(0, count),
      deleted,
      knownDamage,
    });
  }

  labels(position: number): LabelSet {
    return this.index.labels.labels(this.series[position]);
  }

  labelsHash(position: number): number {
    return this.index.labels.labelsHash(this.series[position]);
  }

  /** Appends the samples in [fromMs, toMs]; at once when all pages are in memory. */
  read(position: number, into: SampleBuffer, fromMs: number, toMs: number): void | Promise<void> {
    const series = this.series[position];
    const start = into.count;
    for (let s = 0; s < this.#strips.length; s++) {
      const strip = this.#strips[s];
      if (!strip.covers(series, fromMs, toMs)) continue;
      const times = strip.timePageOf(series);
      const values = strip.valuePageOf(series);
      if (this.#isLost(times) || this.#isLost(values)) continue;
      if (times.content === undefined || values.content === undefined) {
        return this.#readFrom(s, position, into, start, fromMs, toMs);
      }
      times.used = true;
      values.used = true;
      this.block.ports.cache.hits.add(2);
      this.#readStrip(strip, series, times.content, values.content, into, fromMs, toMs);
    }
    this.#cutDeleted(series, into, start);
  }

  async #readFrom(
    firstStrip: number,
    position: number,
    into: SampleBuffer,
    start: number,
    fromMs: number,
    toMs: number,
  ): Promise<void> {
    const series = this.series[position];
    for (let s = firstStrip; s < this.#strips.length; s++) {
      const strip = this.#strips[s];
      if (!strip.covers(series, fromMs, toMs)) continue;
      const times = strip.timePageOf(series);
      const values = strip.valuePageOf(series);
      if (this.#isLost(times) || this.#isLost(values)) continue;
      if (times.content === undefined || values.content === undefined) {
        const ahead = this.#pagesAhead(strip, position);
        // Not awaited: the two pages below are among them, the others only save a later wait.
        void this.block.load(ahead).catch(() => {});
      }
      const [timeContent, valueContent] = await this.block.load([times, values]);
      this.#readStrip(strip, series, timeContent, valueContent, into, fromMs, toMs);
    }
    this.#cutDeleted(series, into, start);
  }

  #readStrip(
    strip: Strip,
    series: number,
    timeContent: PageContent,
    valueContent: PageContent,
    into: SampleBuffer,
    fromMs: number,
    toMs: number,
  ): void {
    const { layout, content } = strip;
    const column = content.timeIds[series] - 1;
    const offset = into.count;
    let page: CachedPage = strip.timePageOf(series);
    try {
      const timeSlot = layout.timeSlotOf(column, layout.timePageOf(column));
      const times = timeContent.times(timeSlot, this.block.ports.cache.codec);
      page = strip.valuePageOf(series);
      const sections = valueContent.page.slot(layout.valueSlotOf(series, layout.valuePageOf(series)));
      growSampleBuffer(into, offset + times.length);
      codec.read(sections, into, offset, times.length);
      if (!sections.coded.done || !sections.packed.done) throw malformed('column longer than its samples');
      into.timestampsMs.set(times, offset);
      into.count = offset + times.length;
    } catch (error) {
      into.count = offset;
      if (error instanceof FaultError) throw this.block.pageDamaged(page, error);
      throw error;
    }
    trimSamples(into, offset, fromMs, toMs);
  }

  /** Whether to go without the page. Throws when it was found damaged after this query began, by whomever. */
  #isLost(page: CachedPage): boolean {
    if (page.damage === undefined) return false;
    if (page.damage.number > this.#knownDamage) throw page.damage.error;
    return true;
  }

  /** Pages of the strip that this and the following selected series need and that are not in memory. */
  #pagesAhead(strip: Strip, position: number): CachedPage[] {
    const pages = new Set<CachedPage>();
    let bytes = 0;
    for (let i = position; i < this.series.length && bytes < READ_AHEAD_BYTES; i++) {
      const series = this.series[i];
      if (strip.content.timeIds[series] === 0) continue;
      for (const page of [strip.timePageOf(series), strip.valuePageOf(series)]) {
        if (page.content !== undefined || page.damage !== undefined || pages.has(page)) continue;
        pages.add(page);
        bytes += page.span.sizeBytes;
      }
    }
    return [...pages];
  }

  #cutDeleted(series: number, into: SampleBuffer, start: number): void {
    const ranges = this.#deleted.get(series);
    if (ranges === undefined) return;
    for (let i = 0; i < ranges.length; i += 2) cutRangeFrom(into, start, ranges[i], ranges[i + 1]);
  }
}

/** Whether nothing is left of the series in [fromMs, toMs]. */
function isDeleted(
  { meta }: OpenBlock,
  ranges: readonly number[] | undefined,
  fromMs: number,
  toMs: number,
): boolean {
  if (ranges === undefined) return false;
  for (let i = 0; i < ranges.length; i += 2) {
    const whole =
      ranges[i] <= Math.max(fromMs, meta.minTimeMs) && ranges[i + 1] >= Math.min(toMs, meta.maxTimeMs);
    if (whole) return true;
  }
  return false;
}

/** One series of one block's selection. */
export interface SelectedPart {
  readonly selection: BlockSelection;
  readonly position: number;
}

/**
 * Appends a series that lies in several blocks, in time order. Parts in order of their blocks' sequence: where two
 * have a sample at the same time, the later block's stays.
 */
export function readParts(
  parts: readonly SelectedPart[],
  into: SampleBuffer,
  fromMs: number,
  toMs: number,
): void | Promise<void> {
  const start = into.count;
  for (let i = 0; i < parts.length; i++) {
    const split = into.count;
    const pending = parts[i].selection.read(parts[i].position, into, fromMs, toMs);
    if (pending !== undefined) return finishParts(parts, i, pending, into, start, split, fromMs, toMs);
    mergeRuns(into, split, start);
  }
}

async function finishParts(
  parts: readonly SelectedPart[],
  waitingFor: number,
  pending: Promise<void>,
  into: SampleBuffer,
  start: number,
  split: number,
  fromMs: number,
  toMs: number,
): Promise<void> {
  await pending;
  mergeRuns(into, split, start);
  for (let i = waitingFor + 1; i < parts.length; i++) {
    const next = into.count;
    const more = parts[i].selection.read(parts[i].position, into, fromMs, toMs);
    if (more !== undefined) await more;
    mergeRuns(into, next, start);
  }
}
