import { ByteReader, ByteWriter, FaultError, permanent } from '../../base/index.ts';

/**
 * A page has two sections. `coded` is compressed with zstd: it holds what has structure. `packed` is stored
 * as it is: it holds low bits that no compressor can shorten, and sparing it the attempt saves time on both sides.
 */
export interface SectionWriter {
  readonly coded: ByteWriter;
  readonly packed: ByteWriter;
}

export interface SectionReader {
  readonly coded: ByteReader;
  readonly packed: ByteReader;
}

export function createSectionWriter(): SectionWriter {
  return { coded: new ByteWriter(64 * 1024), packed: new ByteWriter(64 * 1024) };
}

/** What is not as the format says. Readers turn it into a report about the file; it never reaches a user as it is. */
export function malformed(what: string): FaultError {
  return new FaultError(permanent('invalid', what));
}

export function sectionReader(coded: Uint8Array, packed: Uint8Array): SectionReader {
  return { coded: new ByteReader(coded), packed: new ByteReader(packed) };
}
