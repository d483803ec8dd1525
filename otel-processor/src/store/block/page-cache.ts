import type { Counter, FaultError, Telemetry } from '../../base/index.ts';
import { NumberColumnCodec } from './number-column.ts';
import { Page } from './page.ts';
import { malformed } from './sections.ts';
import type { PageSpan, TimeColumn } from './strip-index.ts';

/** One page of a block on disk and, while it is cached, its content. */
export class CachedPage {
  readonly span: PageSpan;
  /** Columns of a time page; undefined for a page of values. */
  readonly timeColumns: readonly TimeColumn[] | undefined;
  content: PageContent | undefined;
  loading: Promise<PageContent> | undefined;
  /** Asked for since the cache looked last. */
  used = false;
  /** Why it cannot be read, and the how many-th damage of its block it was, from 1 on. */
  damage: { readonly number: number; readonly error: FaultError } | undefined;

  constructor(span: PageSpan, timeColumns?: readonly TimeColumn[]) {
    this.span = span;
    this.timeColumns = timeColumns;
  }
}

/** A decompressed page; of a time page also the columns that have been decoded. */
export class PageContent {
  readonly page: Page;
  readonly sizeBytes: number;
  readonly #timeColumns: readonly TimeColumn[] | undefined;
  readonly #times: Float64Array[] = [];

  /** Throws a `FaultError` when the bytes are damaged. */
  constructor(bytes: Uint8Array, cached: CachedPage) {
    this.page = Page.decode(bytes);
    if (this.page.slotCount !== cached.span.slotCount) throw malformed('number of slots does not agree');
    this.#timeColumns = cached.timeColumns;
    let sizeBytes = this.page.sizeBytes;
    for (const column of cached.timeColumns ?? []) sizeBytes += column.count * 8;
    this.sizeBytes = sizeBytes;
  }

  /** Timestamps of one slot of a time page, ascending and distinct. Not to be changed. */
  times(slot: number, codec: NumberColumnCodec): Float64Array {
    let times = this.#times[slot];
    if (times === undefined) {
      times = decodeTimes(this.page, slot, this.#timeColumns![slot], codec);
      this.#times[slot] = times;
    }
    return times;
  }
}

function decodeTimes(page: Page, slot: number, column: TimeColumn, codec: NumberColumnCodec): Float64Array {
  const times = new Float64Array(column.count);
  const sections = page.slot(slot);
  codec.read(sections, times, new Uint32Array(times.buffer), 0, column.count);
  for (let i = 1; i < times.length; i++) {
    if (!(times[i] > times[i - 1])) throw malformed('timestamps are not ascending');
  }
  if (Math.floor(times[0]) !== column.minTimeMs || Math.ceil(times[times.length - 1]) !== column.maxTimeMs) {
    throw malformed('timestamps do not agree with the index');
  }
  return times;
}

/**
 * Decompressed pages of all blocks under one limit of bytes. Second chance: a page that was used since the last
 * look stays, which costs nothing on a hit.
 */
export class PageCache {
  readonly codec = new NumberColumnCodec();
  readonly #limitBytes: number;
  readonly #pages = new Set<CachedPage>();
  #sizeBytes = 0;
  readonly hits: Counter;
  readonly misses: Counter;
  readonly #evictions: Counter;

  constructor(limitBytes: number, telemetry: Telemetry) {
    this.#limitBytes = limitBytes;
    const name = 'statbar_block_page_cache';
    this.hits = telemetry.counter(`${name}_hits_total`, 'Pages of blocks found in memory.');
    this.misses = telemetry.counter(`${name}_misses_total`, 'Pages of blocks read from disk.');
    this.#evictions = telemetry.counter(
      `${name}_evictions_total`,
      'Pages dropped from memory because of blocks.page_cache_bytes.',
    );
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(page: CachedPage, content: PageContent): void {
    page.content = content;
    page.used = true;
    this.#pages.add(page);
    this.#sizeBytes += content.sizeBytes;
    if (this.#sizeBytes > this.#limitBytes) this.#evict(page);
  }

  drop(page: CachedPage): void {
    if (page.content === undefined || !this.#pages.delete(page)) return;
    this.#sizeBytes -= page.content.sizeBytes;
    page.content = undefined;
  }

  /** `latest` goes last: its reader has yet to look at it. */
  #evict(latest: CachedPage): void {
    for (const page of this.#pages) {
      if (this.#sizeBytes <= this.#limitBytes) return;
      if (page === latest) continue;
      if (page.used) {
        page.used = false;
        this.#pages.delete(page);
        this.#pages.add(page);
      } else {
        this.drop(page);
        this.#evictions.add(1);
      }
    }
  }
}
