import { crc32, constants as zlib, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { ByteReader, ByteWriter, FaultError } from '../../base/index.ts';
import { createSectionWriter, malformed, type SectionReader, type SectionWriter } from './sections.ts';

/** codedSize, compressedSize, packedSize, crc32: four u32. */
export const PAGE_HEADER_BYTES = 16;
/** A page that says it is larger than this is damaged; one column alone can exceed the usual size. */
const PAGE_BYTES_MAX = 1 << 30;

/** Gathers columns of one page. Slot n is the n-th column. */
export class PageBuilder {
  readonly out: SectionWriter = createSectionWriter();
  #codedSizes: number[] = [];
  #packedSizes: number[] = [];
  #codedEnd = 0;
  #packedEnd = 0;

  get slotCount(): number {
    return this.#codedSizes.length;
  }

  /** Size so far before compression. */
  get sizeBytes(): number {
    return this.#codedEnd + this.#packedEnd;
  }

  /** Closes the column that has been written to `out` since the last call; returns its slot. */
  closeSlot(): number {
    const { coded, packed } = this.out;
    this.#codedSizes.push(coded.length - this.#codedEnd);
    this.#packedSizes.push(packed.length - this.#packedEnd);
    this.#codedEnd = coded.length;
    this.#packedEnd = packed.length;
    return this.#codedSizes.length - 1;
  }

  /** The page as it goes to the file, compressed on zlib's threads; the builder can be used again at once. */
  finish(level: number): Promise<Uint8Array> {
    const directory = new ByteWriter(this.slotCount * 4 + 8);
    directory.uvarint(this.slotCount);
    for (let slot = 0; slot < this.slotCount; slot++) {
      directory.uvarint(this.#codedSizes[slot]);
      directory.uvarint(this.#packedSizes[slot]);
    }
    directory.raw(this.out.coded.view());
    const coded = directory.finish();
    const packed = this.out.packed.finish();
    this.out.coded.clear();
    this.out.packed.clear();
    this.#codedSizes = [];
    this.#packedSizes = [];
    this.#codedEnd = 0;
    this.#packedEnd = 0;
    return new Promise((resolve, reject) => {
      const params = { [zlib.ZSTD_c_compressionLevel]: level };
      zstdCompress(coded, { params }, (error, compressed) => {
        if (error === null) resolve(framePage(coded.length, compressed, packed));
        else reject(error);
      });
    });
  }
}

function framePage(codedSize: number, compressed: Uint8Array, packed: Uint8Array): Uint8Array {
  const page = new Uint8Array(PAGE_HEADER_BYTES + compressed.length + packed.length);
  const view = new DataView(page.buffer);
  view.setUint32(0, codedSize, true);
  view.setUint32(4, compressed.length, true);
  view.setUint32(8, packed.length, true);
  page.set(compressed, PAGE_HEADER_BYTES);
  page.set(packed, PAGE_HEADER_BYTES + compressed.length);
  view.setUint32(12, pageChecksum(page), true);
  return page;
}

/** Over everything but the checksum itself. */
function pageChecksum(page: Uint8Array): number {
  return crc32(page.subarray(PAGE_HEADER_BYTES), crc32(page.subarray(0, 12)));
}

/** Throws a `FaultError` unless the bytes are exactly one undamaged page. */
export function checkPage(page: Uint8Array): void {
  if (page.length < PAGE_HEADER_BYTES) throw malformed('page shorter than its header');
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  const bodySize = view.getUint32(4, true) + view.getUint32(8, true);
  if (PAGE_HEADER_BYTES + bodySize !== page.length)
    throw malformed('page length does not agree with its header');
  if (view.getUint32(12, true) !== pageChecksum(page)) throw malformed('page checksum does not agree');
}

/** A page in memory, ready to read slots from. */
export class Page {
  readonly sizeBytes: number;
  readonly slotCount: number;
  readonly #coded: Uint8Array;
  readonly #packed: Uint8Array;
  /** Where slot n begins in each section; one entry more than slots. */
  readonly #codedStarts: Uint32Array;
  readonly #packedStarts: Uint32Array;

  private constructor(coded: Uint8Array, packed: Uint8Array) {
    this.#coded = coded;
    this.#packed = packed;
    const directory = new ByteReader(coded);
    this.slotCount = directory.uvarint();
    // Each slot takes two bytes of the directory at least.
    if (this.slotCount * 2 > coded.length) throw malformed('page directory longer than the page');
    this.#codedStarts = new Uint32Array(this.slotCount + 1);
    this.#packedStarts = new Uint32Array(this.slotCount + 1);
    let codedEnd = 0;
    let packedEnd = 0;
    for (let slot = 1; slot <= this.slotCount; slot++) {
      codedEnd += directory.uvarint();
      packedEnd += directory.uvarint();
      if (codedEnd > coded.length || packedEnd > packed.length)
        throw malformed('slot beyond the end of its page');
      this.#codedStarts[slot] = codedEnd;
      this.#packedStarts[slot] = packedEnd;
    }
    for (let slot = 0; slot <= this.slotCount; slot++) this.#codedStarts[slot] += directory.position;
    if (this.#codedStarts[this.slotCount] !== coded.length || packedEnd !== packed.length) {
      throw malformed('page directory does not agree with the page');
    }
    this.sizeBytes = coded.length + packed.length + 8 * this.slotCount + 200;
  }

  /** Checks and decompresses. Throws a `FaultError` when the bytes are no undamaged page. */
  static decode(bytes: Uint8Array): Page {
    checkPage(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const codedSize = view.getUint32(0, true);
    const compressedSize = view.getUint32(4, true);
    if (codedSize > PAGE_BYTES_MAX) throw malformed(`page of ${codedSize} bytes`);
    const compressed = bytes.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + compressedSize);
    const packed = bytes.slice(PAGE_HEADER_BYTES + compressedSize);
    return new Page(decompress(compressed, codedSize), packed);
  }

  /** From sections that are decompressed already, directory included; for tests. */
  static fromSections(coded: Uint8Array, packed: Uint8Array): Page {
    return new Page(coded, packed);
  }

  slot(slot: number): SectionReader {
    if (slot >= this.slotCount) throw malformed(`page has ${this.slotCount} slots, not ${slot + 1}`);
    return {
      coded: new ByteReader(this.#coded, this.#codedStarts[slot], this.#codedStarts[slot + 1]),
      packed: new ByteReader(this.#packed, this.#packedStarts[slot], this.#packedStarts[slot + 1]),
    };
  }
}

/** zstd to exactly `sizeBytes`; a `FaultError` when it is anything else. */
export function decompress(compressed: Uint8Array, sizeBytes: number): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = zstdDecompressSync(compressed, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw malformed(`cannot be decompressed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (raw.length !== sizeBytes) throw malformed('decompressed size does not agree');
  return raw;
}
