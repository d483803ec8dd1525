import { join } from 'node:path';
import { FaultError, permanent, yieldToEventLoop } from '../../base/index.ts';
import { type BlockDisk, type DiskReader, errorText } from './block-disk.ts';
import { BlockIndex } from './block-index.ts';
import type { StoredMeta } from './meta-file.ts';
import { type CachedPage, type PageCache, PageContent } from './page-cache.ts';
import type { Tombstones } from './tombstones.ts';

/** One read of the disk takes at most this much, unless one page alone is larger. */
const READ_BYTES_MAX = 1 << 20;

export interface OpenBlockPorts {
  readonly disk: BlockDisk;
  readonly cache: PageCache;
  /** Told once about each damaged part; `what` names it. */
  readonly onDamage: (block: OpenBlock, what: string, why: string) => void;
}

/**
 * A block that readers can use. Its index is read when first needed and may be forgotten again; pages go through
 * the shared cache. After `retire` reads that began before finish; the file is closed when the last one has.
 */
export class OpenBlock {
  readonly meta: StoredMeta;
  readonly dir: string;
  readonly ports: OpenBlockPorts;
  tombstones: Tombstones;
  /** Something in it could not be read; it is served without that, and left alone by compaction. */
  damaged = false;
  /** Damaged pages met so far. */
  damageCount = 0;
  /** For the cache of indexes: larger is more recent. */
  lastUse = 0;
  #index: BlockIndex | undefined;
  #indexLoading: Promise<BlockIndex> | undefined;
  #reader: Promise<DiskReader> | undefined;
  #reading = 0;
  #retired = false;

  constructor(meta: StoredMeta, dir: string, tombstones: Tombstones, ports: OpenBlockPorts) {
    this.meta = meta;
    this.dir = dir;
    this.tombstones = tombstones;
    this.ports = ports;
  }

  /** Bytes that the index holds in memory, 0 while it is not loaded. */
  get indexBytes(): number {
    return this.#index?.sizeBytes ?? 0;
  }

  /** Rejects with a `FaultError` when the index is damaged or cannot be read. */
  index(): Promise<BlockIndex> {
    if (this.#index !== undefined) return Promise.resolve(this.#index);
    this.#indexLoading ??= this.#loadIndex();
    return this.#indexLoading;
  }

  forgetIndex(): void {
    this.#index?.release(this.ports.cache);
    this.#index = undefined;
    this.#indexLoading = undefined;
  }

  /** Content of these pages, reading those that are not in memory; neighbours in one go. Same order. */
  async load(pages: readonly CachedPage[]): Promise<PageContent[]> {
    const missing = pages.filter((page) => page.content === undefined && page.loading === undefined);
    missing.sort((a, b) => a.span.offset - b.span.offset);
    for (let start = 0; start < missing.length; ) {
      let end = start + 1;
      while (end < missing.length && joins(missing[start], missing[end - 1], missing[end])) end += 1;
      this.#loadRun(missing.slice(start, end));
      start = end;
    }
    return Promise.all(pages.map((page) => page.content ?? page.loading!));
  }

  /** The page's bytes as they are on disk, for copying; not through the cache. */
  readRaw(page: CachedPage): Promise<Uint8Array> {
    return this.#read(page.span.offset, page.span.sizeBytes);
  }

  /**
   * Reports damage of one page, once, and makes the error for whoever was to read it. Queries that began before
   * fail with it, too, when they get there; those that begin later go without the page.
   */
  pageDamaged(page: CachedPage, error: unknown): FaultError {
    if (page.damage !== undefined) return page.damage.error;
    const what = `the page at byte ${page.span.offset} of its data`;
    const message = `block ${this.meta.id} is damaged: ${what} (${errorText(error)}); later queries go without it`;
    this.damageCount += 1;
    this.damaged = true;
    page.damage = { number: this.damageCount, error: new FaultError(permanent('internal', message)) };
    this.ports.cache.drop(page);
    this.ports.onDamage(this, what, errorText(error));
    return page.damage.error;
  }

  /** Opens the file of samples, so that readers can go on after its name is gone. */
  async hold(): Promise<void> {
    this.#reader ??= this.#open();
    await this.#reader;
  }

  /** No new reads are expected; those under way finish. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.forgetIndex();
    await this.#closeWhenIdle();
  }

  async #loadIndex(): Promise<BlockIndex> {
    try {
      const bytes = await this.ports.disk.readFile(join(this.dir, 'index'));
      const index = await BlockIndex.open(bytes, this.meta, yieldToEventLoop);
      this.#index = index;
      return index;
    } catch (error) {
      this.#indexLoading = undefined;
      throw error;
    }
  }

  #loadRun(pages: readonly CachedPage[]): void {
    const first = pages[0].span;
    const last = pages[pages.length - 1].span;
    const bytes = this.#read(first.offset, last.offset + last.sizeBytes - first.offset);
    for (const page of pages) {
      this.ports.cache.misses.add(1);
      const start = page.span.offset - first.offset;
      page.loading = bytes
        .then((run) => {
          const content = new PageContent(run.subarray(start, start + page.span.sizeBytes), page);
          this.ports.cache.add(page, content);
          return content;
        })
        .catch((error: unknown) => {
          // A failure of the system (too many open files, a device gone) says nothing about the page.
          if (error instanceof FaultError) throw this.pageDamaged(page, error);
          const message = `block ${this.meta.id} cannot be read: ${errorText(error)}`;
          throw new FaultError(permanent('internal', message));
        })
        .finally(() => {
          page.loading = undefined;
        });
      // Pages read ahead may have nobody waiting for them yet.
      page.loading.catch(() => {});
    }
  }

  async #read(offset: number, sizeBytes: number): Promise<Uint8Array> {
    this.#reading += 1;
    try {
      this.#reader ??= this.#open();
      return await (await this.#reader).read(offset, sizeBytes);
    } finally {
      this.#reading -= 1;
      if (this.#retired) await this.#closeWhenIdle();
    }
  }

  async #open(): Promise<DiskReader> {
    try {
      return await this.ports.disk.openReader(join(this.dir, 'data'));
    } catch (error) {
      // The next read tries again.
      this.#reader = undefined;
      throw error;
    }
  }

  async #closeWhenIdle(): Promise<void> {
    if (this.#reading > 0 || this.#reader === undefined) return;
    const reader = this.#reader;
    this.#reader = undefined;
    await reader.then((open) => open.close()).catch(() => {});
  }
}

function joins(first: CachedPage, previous: CachedPage, next: CachedPage): boolean {
  const end = next.span.offset + next.span.sizeBytes;
  return (
    previous.span.offset + previous.span.sizeBytes === next.span.offset &&
    end - first.span.offset <= READ_BYTES_MAX
  );
}
