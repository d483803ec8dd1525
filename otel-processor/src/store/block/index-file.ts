import { crc32, constants as zlib, zstdCompress, zstdDecompress } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../base/index.ts';
import { decompress } from './page.ts';
import { malformed } from './sections.ts';

/**
 * The file `index`: magic, version, zstd-compressed sections, their directory, a footer. Sections are found by
 * kind and key and decompressed one by one, when they are first needed.
 */
const MAGIC = 0x58494253; // "SBIX"
const VERSION = 1;
const HEADER_BYTES = 8;
/** directory offset, size, crc32, magic: four u32. */
const FOOTER_BYTES = 16;
const SECTION_BYTES_MAX = 1 << 30;

export const SECTION_SYMBOLS = 1;
export const SECTION_SHAPES = 2;
/** One per label name; the key is its number. */
export const SECTION_COLUMN = 3;
export const SECTION_HASHES = 4;
/** One per strip; the key is its number. */
export const SECTION_STRIP = 5;

export class IndexFileWriter {
  readonly #file = new ByteWriter(64 * 1024);
  readonly #directory = new ByteWriter();
  #count = 0;

  constructor() {
    this.#file.uint32(MAGIC);
    this.#file.uint32(VERSION);
  }

  /** Compresses off the main thread; `raw` must stay as it is until then. One after the other. */
  async add(kind: number, key: number, raw: Uint8Array, level: number): Promise<void> {
    this.append(kind, key, raw.length, await compress(raw, level));
  }

  /** Adds a section that is compressed already. */
  append(kind: number, key: number, rawSize: number, compressed: Uint8Array): void {
    const directory = this.#directory;
    directory.uint8(kind);
    directory.uvarint(key);
    directory.uvarint(this.#file.length);
    directory.uvarint(compressed.length);
    directory.uvarint(rawSize);
    directory.uint32(crc32(compressed));
    this.#file.raw(compressed);
    this.#count += 1;
  }

  finish(): Uint8Array {
    const head = new ByteWriter();
    head.uvarint(this.#count);
    head.raw(this.#directory.view());
    const directory = head.finish();
    const offset = this.#file.length;
    this.#file.raw(directory);
    this.#file.uint32(offset);
    this.#file.uint32(directory.length);
    this.#file.uint32(crc32(directory));
    this.#file.uint32(MAGIC);
    return this.#file.finish();
  }
}

interface SectionEntry {
  readonly kind: number;
  readonly key: number;
  readonly offset: number;
  readonly compressedSize: number;
  readonly rawSize: number;
  readonly checksum: number;
}

/** Throws a `FaultError` whenever the bytes are not an undamaged index. */
export class IndexFile {
  readonly #bytes: Uint8Array;
  readonly #entries: readonly SectionEntry[];
  /** Sections decompressed in advance, until they are asked for. */
  readonly #loaded = new Map<SectionEntry, Uint8Array>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    if (bytes.length < HEADER_BYTES + FOOTER_BYTES) throw malformed('index shorter than its header');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = bytes.length - FOOTER_BYTES;
    if (view.getUint32(0, true) !== MAGIC || view.getUint32(end + 12, true) !== MAGIC) {
      throw malformed('not an index of a block');
    }
    const version = view.getUint32(4, true);
    if (version !== VERSION) throw malformed(`index version ${version} is not known to this program`);
    const offset = view.getUint32(end, true);
    const size = view.getUint32(end + 4, true);
    if (offset + size !== end) throw malformed('index directory out of range');
    const directory = bytes.subarray(offset, end);
    if (crc32(directory) !== view.getUint32(end + 8, true)) {
      throw malformed('index directory checksum does not agree');
    }
    this.#entries = readDirectory(new ByteReader(directory), offset);
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** Number of sections of this kind. */
  count(kind: number): number {
    let count = 0;
    for (const entry of this.#entries) if (entry.kind === kind) count += 1;
    return count;
  }

  section(kind: number, key: number): Uint8Array {
    const entry = this.#entry(kind, key);
    const loaded = this.#loaded.get(entry);
    this.#loaded.delete(entry);
    return loaded ?? decompress(this.#compressed(entry), entry.rawSize);
  }

  /** Decompresses a section off the main thread for the next call of `section`, which then takes no time. */
  async load(kind: number, key: number): Promise<void> {
    const entry = this.#entry(kind, key);
    const compressed = this.#compressed(entry);
    const raw = await inflate(compressed, entry.rawSize);
    // What is damaged is left to `section`, which says how.
    if (raw?.length === entry.rawSize) this.#loaded.set(entry, raw);
  }

  /** Checks the sum of every section, without decompressing. */
  verify(): void {
    for (const entry of this.#entries) this.#compressed(entry);
  }

  #entry(kind: number, key: number): SectionEntry {
    const entry = this.#entries.find((candidate) => candidate.kind === kind && candidate.key === key);
    if (entry === undefined) throw malformed(`index has no section ${kind}/${key}`);
    return entry;
  }

  #compressed(entry: SectionEntry): Uint8Array {
    const compressed = this.#bytes.subarray(entry.offset, entry.offset + entry.compressedSize);
    if (crc32(compressed) !== entry.checksum) {
      throw malformed(`checksum of index section ${entry.kind}/${entry.key} does not agree`);
    }
    return compressed;
  }
}

function compress(raw: Uint8Array, level: number): Promise<Uint8Array> {
  const params = { [zlib.ZSTD_c_compressionLevel]: level };
  return new Promise((resolve, reject) => {
    zstdCompress(raw, { params }, (error, compressed) => {
      if (error === null) resolve(compressed);
      else reject(error);
    });
  });
}

/** Undefined when it cannot be decompressed. */
function inflate(compressed: Uint8Array, sizeBytes: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    zstdDecompress(compressed, { maxOutputLength: Math.max(1, sizeBytes) }, (error, raw) => {
      resolve(error === null ? raw : undefined);
    });
  });
}

function readDirectory(reader: ByteReader, limit: number): SectionEntry[] {
  const entries: SectionEntry[] = [];
  for (let rest = reader.uvarint(); rest > 0; rest--) {
    const kind = reader.uint8();
    const key = reader.uvarint();
    const offset = reader.uvarint();
    const compressedSize = reader.uvarint();
    const rawSize = reader.uvarint();
    const checksum = reader.uint32();
    if (offset + compressedSize > limit || rawSize > SECTION_BYTES_MAX)
      throw malformed('index section out of range');
    entries.push({ kind, key, offset, compressedSize, rawSize, checksum });
  }
  return entries;
}
