import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Fault, isFault, permanent } from '../../base/index.ts';

/** Compressed bodies up to this size are tried on the spot: a trip to the thread pool costs more than they do. */
const INLINE_SIZE_MAX = 128 * 1024;
/** A small body that inflates beyond this is a bomb or close to it, and goes to the thread pool after all. */
const INLINE_OUTPUT_MAX = 1024 * 1024;

const CHUNK_SIZE_MAX = 1024 * 1024;

export type ContentCoding = 'identity' | 'gzip' | 'deflate' | 'zstd';

interface Codec {
  sync(bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }): Uint8Array;
  pooled(bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }): Promise<Uint8Array>;
}

const codecs: Readonly<Record<Exclude<ContentCoding, 'identity'>, Codec>> = {
  gzip: { sync: zlib.gunzipSync, pooled: promisify(zlib.gunzip) },
  deflate: { sync: zlib.inflateSync, pooled: promisify(zlib.inflate) },
  zstd: { sync: zlib.zstdDecompressSync, pooled: promisify(zlib.zstdDecompress) },
};

/** Some clients mean RFC 1951 without the zlib wrapper when they say deflate. */
const rawDeflate: Codec = { sync: zlib.inflateRawSync, pooled: promisify(zlib.inflateRaw) };

/** Reads a Content-Encoding header: absent, or one coding spoken here; `unsupported` for others and for stacks. */
export function parseContentCoding(header: string | undefined): ContentCoding | Fault {
  const coding = header === undefined ? '' : header.trim().toLowerCase();
  switch (coding) {
    case '':
    case 'identity':
    case 'none':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
    case 'zlib':
      return 'deflate';
    case 'zstd':
      return 'zstd';
    default:
      return permanent(
        'unsupported',
        `content encoding ${JSON.stringify(coding.slice(0, 64))} is not supported (supported: gzip, deflate, zstd, none)`,
      );
  }
}

export interface Inflater {
  /**
   * The decompressed bytes, at most `sizeMax` of them: `too_large` beyond, `invalid` when they do not
   * decompress. Never allocates much more than `sizeMax`.
   */
  inflate(
    bytes: Uint8Array,
    coding: ContentCoding,
    sizeMax: number,
  ): Promise<Uint8Array | Fault> | Uint8Array | Fault;
}

/** At most `poolMax` large bodies are decompressed at once; the others wait their turn. */
export function createInflater(poolMax: number): Inflater {
  let running = 0;
  const waiting: (() => void)[] = [];

  const pooled = async (
    codec: Codec,
    bytes: Uint8Array,
    coding: ContentCoding,
    sizeMax: number,
  ): Promise<Uint8Array> => {
    if (running >= poolMax) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await codec.pooled(bytes, options(bytes, coding, sizeMax));
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };

  const viaPool = async (codec: Codec, bytes: Uint8Array, coding: ContentCoding, sizeMax: number) => {
    try {
      return await pooled(codec, bytes, coding, sizeMax);
    } catch (error) {
      if (!mayBeRawDeflate(error, coding)) return faultOf(error, coding, sizeMax);
    }
    try {
      return await pooled(rawDeflate, bytes, coding, sizeMax);
    } catch (error) {
      return faultOf(error, coding, sizeMax);
    }
  };

  return {
    inflate(bytes, coding, sizeMax) {
      if (coding === 'identity') return bytes;
      const codec = codecs[coding];
      if (bytes.length > INLINE_SIZE_MAX) return viaPool(codec, bytes, coding, sizeMax);
      const inlineMax = Math.min(sizeMax, INLINE_OUTPUT_MAX);
      const result = inline(codec, bytes, coding, inlineMax);
      if (isFault(result) && result.code === 'too_large' && inlineMax < sizeMax) {
        return viaPool(codec, bytes, coding, sizeMax);
      }
      return result;
    },
  };
}

function inline(codec: Codec, bytes: Uint8Array, coding: ContentCoding, sizeMax: number): Uint8Array | Fault {
  try {
    return codec.sync(bytes, options(bytes, coding, sizeMax));
  } catch (error) {
    const retry = codec !== rawDeflate && mayBeRawDeflate(error, coding);
    return retry ? inline(rawDeflate, bytes, coding, sizeMax) : faultOf(error, coding, sizeMax);
  }
}

/**
 * One output chunk of the right size spares the concatenation of many small ones. What the body says of its own
 * size is only a hint, and a bounded one.
 */
function options(bytes: Uint8Array, coding: ContentCoding, sizeMax: number) {
  const hint = (coding === 'gzip' ? gzipSizeHint(bytes) : undefined) ?? bytes.length * 8;
  const chunkSize = Math.min(Math.max(4 * 1024, hint), CHUNK_SIZE_MAX);
  return { maxOutputLength: sizeMax, chunkSize };
}

/** ISIZE, the last four bytes of a gzip member (RFC 1952), and a little more, so that the chunk is not filled. */
function gzipSizeHint(bytes: Uint8Array): number | undefined {
  const end = bytes.length;
  if (end < 18) return undefined;
  return (
    ((bytes[end - 4] | (bytes[end - 3] << 8) | (bytes[end - 2] << 16) | (bytes[end - 1] << 24)) >>> 0) + 64
  );
}

function mayBeRawDeflate(error: unknown, coding: ContentCoding): boolean {
  return coding === 'deflate' && codeOf(error) === 'Z_DATA_ERROR';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function faultOf(error: unknown, coding: ContentCoding, sizeMax: number): Fault {
  if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return tooLarge(sizeMax, 'after decompression');
  const why = error instanceof Error ? error.message : String(error);
  return permanent('invalid', `the body does not decompress as ${coding}: ${why}`);
}

export function tooLarge(sizeMax: number, when: 'before decompression' | 'after decompression'): Fault {
  return permanent(
    'too_large',
    `the body is larger than ${sizeMax} bytes ${when} (limit: serve.body_size_max)`,
  );
}
