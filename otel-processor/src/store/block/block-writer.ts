import { join } from 'node:path';
import { assert } from '../../base/index.ts';
import type { LabelSet } from '../../model/index.ts';
import type { SampleBuffer } from '../types.ts';
import { type BlockDisk, createFile, type DiskWriter } from './block-disk.ts';
import { DataWriter } from './data-writer.ts';
import { IndexFileWriter, SECTION_STRIP } from './index-file.ts';
import { LabelIndexWriter } from './label-index-writer.ts';
import { encodeMeta, type StoredMeta } from './meta-file.ts';
import { PageBuilder } from './page.ts';
import { SampleColumnCodec } from './sample-column.ts';
import { encodeStrip, type PageSpan, type StripContent, type TimeColumn } from './strip-index.ts';
import { TimeColumnWriter } from './time-columns.ts';

export interface BlockWriterOptions {
  readonly disk: BlockDisk;
  /** Where the files go: a temporary directory of the caller's, which exists. */
  readonly dir: string;
  readonly seriesCount: number;
  readonly pageBytes: number;
  /** zstd level. */
  readonly level: number;
}

interface OpenStrip {
  readonly fromMs: number;
  readonly toMs: number;
  readonly times: TimeColumnWriter;
  readonly valuePages: PageSpan[];
  readonly timeIds: Uint32Array;
}

/**
 * Writes the files of one block: strips in time order, within a strip series in the block's order, then the index.
 * Failures of the disk are thrown; the caller removes the directory.
 */
export class BlockFileWriter {
  readonly #options: BlockWriterOptions;
  readonly #file: DiskWriter;
  readonly #data: DataWriter;
  readonly #page = new PageBuilder();
  readonly #codec = new SampleColumnCodec();
  readonly #strips: StripContent[] = [];
  #open: OpenStrip | undefined;
  #sampleCount = 0;
  #minTimeMs = Number.POSITIVE_INFINITY;
  #maxTimeMs = Number.NEGATIVE_INFINITY;

  private constructor(options: BlockWriterOptions, file: DiskWriter) {
    this.#options = options;
    this.#file = file;
    this.#data = new DataWriter(file, options.level);
  }

  static async create(options: BlockWriterOptions): Promise<BlockFileWriter> {
    return new BlockFileWriter(options, await options.disk.create(join(options.dir, 'data')));
  }

  get sampleCount(): number {
    return this.#sampleCount;
  }

  beginStrip(fromMs: number, toMs: number): void {
    this.#open = {
      fromMs,
      toMs,
      times: new TimeColumnWriter(this.#data, this.#options.pageBytes),
      valuePages: [],
      timeIds: new Uint32Array(this.#options.seriesCount),
    };
  }

  /**
   * Adds samples [start, end) of the buffer, inside the open strip's range. Series numbers ascend within a strip.
   * Returns a promise when a page is full and must be awaited before the next call.
   */
  add(series: number, buffer: SampleBuffer, start: number, end: number): void | Promise<void> {
    if (end <= start) return;
    const strip = this.#open!;
    assert(
      buffer.timestampsMs[start] >= strip.fromMs && buffer.timestampsMs[end - 1] < strip.toMs,
      'samples of a block lie in its range',
    );
    strip.timeIds[series] = strip.times.find(buffer, start, end) + 1;
    this.#codec.write(buffer, start, end, this.#page.out);
    this.#page.closeSlot();
    this.#count(end - start, buffer.timestampsMs[start], buffer.timestampsMs[end - 1]);
    if (strip.times.pageFull || this.#page.sizeBytes >= this.#options.pageBytes)
      return this.#flushPages(strip);
  }

  async endStrip(): Promise<void> {
    const strip = this.#open!;
    this.#open = undefined;
    if (this.#page.slotCount > 0) strip.valuePages.push(await this.#data.append(this.#page));
    const timePages = await strip.times.finish();
    if (timePages.length === 0) return;
    const { fromMs, toMs, timeIds, valuePages } = strip;
    this.#strips.push({ fromMs, toMs, timePages, timeColumns: strip.times.columns, valuePages, timeIds });
  }

  /**
   * Takes over a strip of another block without decoding it: `strip` with the series numbers of this block, pages
   * in order (time pages first) as their bytes. The order of the series among each other must be the same.
   */
  async addWholeStrip(strip: StripContent, pages: AsyncIterable<Uint8Array>): Promise<void> {
    const copies: PageSpan[] = [];
    const sources = [...strip.timePages, ...strip.valuePages];
    for await (const bytes of pages) {
      copies.push(await this.#data.appendBytes(bytes, sources[copies.length].slotCount));
    }
    const timePages = copies.slice(0, strip.timePages.length);
    const valuePages = copies.slice(strip.timePages.length);
    this.#strips.push({ ...strip, timePages, valuePages });
    for (const id of strip.timeIds) {
      if (id === 0) continue;
      const column: TimeColumn = strip.timeColumns[id - 1];
      this.#count(column.count, column.minTimeMs, column.maxTimeMs);
    }
  }

  /** Finishes all files, `meta.json` last, and returns what it says. Series without a sample are left out. */
  async finish(
    identity: Pick<StoredMeta, 'id' | 'fromMs' | 'toMs' | 'sequence' | 'sources'>,
    labelsOf: (series: number) => LabelSet,
    pause: () => Promise<void>,
  ): Promise<StoredMeta> {
    const { disk, dir } = this.#options;
    await this.#data.flush();
    await this.#file.sync();
    await this.#file.close();
    const index = new IndexFileWriter();
    const labels = await this.#writeLabels(index, labelsOf, pause);
    const indexBytes = index.finish();
    await createFile(disk, join(dir, 'index'), indexBytes);
    const meta: StoredMeta = {
      ...identity,
      minTimeMs: this.#minTimeMs,
      maxTimeMs: this.#maxTimeMs,
      seriesCount: labels.seriesCount,
      sampleCount: this.#sampleCount,
      sizeBytes: this.#data.sizeBytes + indexBytes.length,
      dataBytes: this.#data.sizeBytes,
      indexBytes: indexBytes.length,
      strips: this.#strips.map((strip) => [strip.fromMs, strip.toMs] as const),
    };
    await createFile(disk, join(dir, 'meta.json'), encodeMeta(meta));
    await disk.syncDir(dir);
    return meta;
  }

  /** Gives up: closes the file, whose directory the caller removes. */
  async abort(): Promise<void> {
    await this.#data.flush().catch(() => {});
    await this.#file.close().catch(() => {});
  }

  async #writeLabels(
    index: IndexFileWriter,
    labelsOf: (series: number) => LabelSet,
    pause: () => Promise<void>,
  ): Promise<LabelIndexWriter> {
    const { level, seriesCount } = this.#options;
    const used: number[] = [];
    const labels = new LabelIndexWriter();
    for (let series = 0; series < seriesCount; series++) {
      if (!this.#strips.some((strip) => strip.timeIds[series] !== 0)) continue;
      used.push(series);
      labels.add(labelsOf(series));
      if (used.length % 2000 === 0) await pause();
    }
    await labels.finish(index, level, pause);
    for (let number = 0; number < this.#strips.length; number++) {
      await pause();
      const strip = this.#strips[number];
      const timeIds = Uint32Array.from(used, (series) => strip.timeIds[series]);
      await index.add(SECTION_STRIP, number, encodeStrip({ ...strip, timeIds }), level);
    }
    return labels;
  }

  async #flushPages(strip: OpenStrip): Promise<void> {
    if (strip.times.pageFull) await strip.times.flushPage();
    if (this.#page.sizeBytes >= this.#options.pageBytes) {
      strip.valuePages.push(await this.#data.append(this.#page));
    }
  }

  #count(samples: number, minTimeMs: number, maxTimeMs: number): void {
    this.#sampleCount += samples;
    this.#minTimeMs = Math.min(this.#minTimeMs, minTimeMs);
    this.#maxTimeMs = Math.max(this.#maxTimeMs, maxTimeMs);
  }
}
