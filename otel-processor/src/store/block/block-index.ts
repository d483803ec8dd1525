import { IndexFile, SECTION_STRIP } from './index-file.ts';
import { LabelIndex } from './label-index.ts';
import type { StoredMeta } from './meta-file.ts';
import { CachedPage, type PageCache } from './page-cache.ts';
import { malformed } from './sections.ts';
import { decodeStrip, type StripContent, StripLayout } from './strip-index.ts';

/** A strip of an open block: where everything is, and which pages are in memory. */
export class Strip {
  readonly content: StripContent;
  readonly timePages: readonly CachedPage[];
  readonly valuePages: readonly CachedPage[];
  readonly layout: StripLayout;

  constructor(content: StripContent) {
    this.content = content;
    this.layout = new StripLayout(content);
    let column = 0;
    this.timePages = content.timePages.map((span) => {
      const columns = content.timeColumns.slice(column, column + span.slotCount);
      column += span.slotCount;
      return new CachedPage(span, columns);
    });
    this.valuePages = content.valuePages.map((span) => new CachedPage(span));
  }

  /** Whether the series may have samples in [fromMs, toMs]. */
  covers(series: number, fromMs: number, toMs: number): boolean {
    const id = this.content.timeIds[series];
    if (id === 0) return false;
    const column = this.content.timeColumns[id - 1];
    return column.minTimeMs <= toMs && column.maxTimeMs >= fromMs;
  }

  timePageOf(series: number): CachedPage {
    return this.timePages[this.layout.timePageOf(this.content.timeIds[series] - 1)];
  }

  valuePageOf(series: number): CachedPage {
    return this.valuePages[this.layout.valuePageOf(series)];
  }
}

/** The index of an open block. Everything but the file's bytes is decoded when it is first needed. */
export class BlockIndex {
  readonly labels: LabelIndex;
  readonly #file: IndexFile;
  readonly #meta: StoredMeta;
  readonly #strips: (Strip | undefined)[] = [];

  private constructor(file: IndexFile, labels: LabelIndex, meta: StoredMeta) {
    this.#file = file;
    this.labels = labels;
    this.#meta = meta;
  }

  /** Rejects with a `FaultError` when the bytes are not the undamaged index of that block. */
  static async open(bytes: Uint8Array, meta: StoredMeta, pause: () => Promise<void>): Promise<BlockIndex> {
    const file = new IndexFile(bytes);
    file.verify();
    const index = new BlockIndex(file, await LabelIndex.open(file, pause), meta);
    if (index.labels.seriesCount !== meta.seriesCount || file.count(SECTION_STRIP) !== meta.strips.length) {
      throw malformed('the index does not agree with meta.json');
    }
    return index;
  }

  /** Memory held now, about. */
  get sizeBytes(): number {
    let bytes = this.labels.sizeBytes;
    for (const strip of this.#strips) {
      // A time column is an object of three numbers, a page one of a few more.
      if (strip !== undefined) {
        const { timeIds, timeColumns, timePages, valuePages } = strip.content;
        bytes += timeIds.byteLength + timeColumns.length * 48 + (timePages.length + valuePages.length) * 160;
      }
    }
    return bytes;
  }

  get stripCount(): number {
    return this.#meta.strips.length;
  }

  strip(number: number): Strip {
    let strip = this.#strips[number];
    if (strip === undefined) {
      const bytes = this.#file.section(SECTION_STRIP, number);
      strip = new Strip(decodeStrip(bytes, this.labels.seriesCount, this.#meta.dataBytes));
      this.#strips[number] = strip;
    }
    return strip;
  }

  /** Decodes the strips that reach into [fromMs, toMs], one a turn of the event loop. */
  async prepareStrips(fromMs: number, toMs: number, pause: () => Promise<void>): Promise<void> {
    for (const [number, [stripFromMs, stripToMs]] of this.#meta.strips.entries()) {
      if (stripFromMs > toMs || stripToMs <= fromMs || this.#strips[number] !== undefined) continue;
      await this.#file.load(SECTION_STRIP, number);
      this.strip(number);
      await pause();
    }
  }

  /** Strips that reach into [fromMs, toMs], in time order. */
  stripsIn(fromMs: number, toMs: number): Strip[] {
    const strips: Strip[] = [];
    this.#meta.strips.forEach(([stripFromMs, stripToMs], number) => {
      if (stripFromMs <= toMs && stripToMs > fromMs) strips.push(this.strip(number));
    });
    return strips;
  }

  /** Takes the block's pages out of the cache. */
  release(cache: PageCache): void {
    for (const strip of this.#strips) {
      if (strip === undefined) continue;
      for (const page of strip.timePages) cache.drop(page);
      for (const page of strip.valuePages) cache.drop(page);
    }
  }
}
