import { crc32 } from 'node:zlib';
import type { BlockMeta } from '../block-types.ts';
import { malformed } from './sections.ts';

export const META_VERSION = 1;

/** The file `meta.json`: written last, so a directory that has one is a whole block. */
export interface StoredMeta extends BlockMeta {
  /** Blocks with larger numbers were written later; where samples disagree they win. */
  readonly sequence: number;
  readonly dataBytes: number;
  readonly indexBytes: number;
  /** [fromMs, toMs) of each strip, ascending. */
  readonly strips: ReadonlyArray<readonly [number, number]>;
  /** Ids of the blocks that this one replaces. While one of them is still there, it is to be removed. */
  readonly sources: readonly string[];
}

const numberKeys = [
  'fromMs',
  'toMs',
  'minTimeMs',
  'maxTimeMs',
  'seriesCount',
  'sampleCount',
  'sizeBytes',
  'sequence',
  'dataBytes',
  'indexBytes',
] as const;

export function encodeMeta(meta: StoredMeta): Uint8Array {
  const body = JSON.stringify({ version: META_VERSION, ...meta });
  return Buffer.from(
    `${JSON.stringify({ checksum: checksumOf(body), block: JSON.parse(body) }, undefined, 2)}\n`,
  );
}

/** Throws a `FaultError` when the bytes are not an undamaged `meta.json` of a version known here. */
export function decodeMeta(bytes: Uint8Array): StoredMeta {
  let file: { checksum?: unknown; block?: Record<string, unknown> };
  try {
    file = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw malformed('meta.json is not JSON');
  }
  const block = file?.block;
  if (typeof block !== 'object' || block === null) throw malformed('meta.json describes no block');
  if (file.checksum !== checksumOf(JSON.stringify(block)))
    throw malformed('checksum of meta.json does not agree');
  if (block['version'] !== META_VERSION) {
    throw malformed(`block version ${String(block['version'])} is not known to this program`);
  }
  for (const key of numberKeys) {
    if (typeof block[key] !== 'number') throw malformed(`meta.json has no ${key}`);
  }
  if (
    typeof block['id'] !== 'string' ||
    !Array.isArray(block['strips']) ||
    !Array.isArray(block['sources'])
  ) {
    throw malformed('meta.json is incomplete');
  }
  return block as unknown as StoredMeta;
}

function checksumOf(text: string): string {
  return crc32(Buffer.from(text)).toString(16).padStart(8, '0');
}
