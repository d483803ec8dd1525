import type { DiskWriter } from './block-disk.ts';
import type { PageBuilder } from './page.ts';
import type { PageSpan } from './strip-index.ts';

/** Pages being compressed at once: enough for zlib's threads, and a bound on what waits in memory. */
const PENDING_MAX = 4;
const WRITE_BYTES = 1 << 20;

interface PendingPage {
  readonly span: PageSpan;
  readonly bytes: Promise<Uint8Array>;
}

/** Appends pages to the file `data` in the order given, while later ones are still being compressed. */
export class DataWriter {
  readonly #file: DiskWriter;
  readonly #level: number;
  #pending: PendingPage[] = [];
  #buffer: Uint8Array[] = [];
  #bufferBytes = 0;
  #endBytes = 0;

  constructor(file: DiskWriter, level: number) {
    this.#file = file;
    this.#level = level;
  }

  /** Size of the file once everything is written; right after `flush`. */
  get sizeBytes(): number {
    return this.#endBytes;
  }

  /** Compresses and appends the builder's page, and empties the builder. The span is complete after `flush`. */
  async append(builder: PageBuilder): Promise<PageSpan> {
    const span: PageSpan = { offset: 0, sizeBytes: 0, slotCount: builder.slotCount };
    const bytes = builder.finish(this.#level);
    // The failure is met again where the page is awaited; it must not count as unhandled before.
    bytes.catch(() => {});
    this.#pending.push({ span, bytes });
    if (this.#pending.length >= PENDING_MAX) await this.#takeOne();
    return span;
  }

  /** Appends a page as it is, compressed already. */
  async appendBytes(page: Uint8Array, slotCount: number): Promise<PageSpan> {
    const span: PageSpan = { offset: 0, sizeBytes: 0, slotCount };
    this.#pending.push({ span, bytes: Promise.resolve(page) });
    if (this.#pending.length >= PENDING_MAX) await this.#takeOne();
    return span;
  }

  /** Returns when all pages have their place in the file. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0) await this.#takeOne();
    await this.#writeBuffer();
  }

  async #takeOne(): Promise<void> {
    const page = this.#pending.shift()!;
    const bytes = await page.bytes;
    page.span.offset = this.#endBytes;
    page.span.sizeBytes = bytes.length;
    this.#endBytes += bytes.length;
    this.#buffer.push(bytes);
    this.#bufferBytes += bytes.length;
    if (this.#bufferBytes >= WRITE_BYTES) await this.#writeBuffer();
  }

  async #writeBuffer(): Promise<void> {
    if (this.#bufferBytes === 0) return;
    const bytes = Buffer.concat(this.#buffer, this.#bufferBytes);
    this.#buffer = [];
    this.#bufferBytes = 0;
    await this.#file.write(bytes);
  }
}
