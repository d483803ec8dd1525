import { crc32 } from 'node:zlib';
import { ByteWriter } from '../base/index.ts';

/*
 * Files of the log and of snapshots are a header and then frames. Layout: docs/storage-format.md, "Frames".
 * Both exist so that a reader can tell a record from damage: the checksum starts from a number drawn per file,
 * which a label value that imitates a frame cannot know.
 */
export const FORMAT_VERSION = 1;
const HEADER_COPY_BYTES = 32;
/** The header is there twice, so that one damaged byte does not cost the file. */
export const HEADER_BYTES = 2 * HEADER_COPY_BYTES;
export const FRAME_BYTES = 24;
const FRAME_MARKER = 0x5342_f1a3;
const CRC_FROM = 12;
/** No record is longer; a longer length is damage. */
export const RECORD_BYTES_MAX = 1 << 30;

export type FileKind = 'wal' | 'snapshot';
const magics: Readonly<Record<FileKind, string>> = { wal: 'StatBarW', snapshot: 'StatBarS' };

export interface FileHeader {
  readonly salt: number;
  /** Number of the log segment; for a snapshot the first segment that it does not contain. */
  readonly segment: number;
  /** Sequence of the first record that may follow. */
  readonly sequence: number;
}

export function encodeFileHeader(kind: FileKind, header: FileHeader): Uint8Array<ArrayBuffer> {
  const copy = new ByteWriter(HEADER_COPY_BYTES);
  copy.raw(Buffer.from(magics[kind], 'latin1'));
  copy.uint32(FORMAT_VERSION);
  copy.uint32(header.salt);
  copy.uint32(header.segment);
  copy.float64(header.sequence);
  copy.uint32(crc32(copy.view()));
  const both = new ByteWriter(HEADER_BYTES);
  both.raw(copy.view());
  both.raw(copy.view());
  return both.finish();
}

/** Undefined when both copies are damaged or missing; the version when it is not ours. */
export function decodeFileHeader(kind: FileKind, bytes: Uint8Array): FileHeader | number | undefined {
  for (const start of [0, HEADER_COPY_BYTES]) {
    if (bytes.length < start + HEADER_COPY_BYTES) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, HEADER_COPY_BYTES);
    if (crc32(bytes.subarray(start, start + 28)) !== view.getUint32(28, true)) continue;
    if (Buffer.from(bytes.subarray(start, start + 8)).toString('latin1') !== magics[kind]) continue;
    const version = view.getUint32(8, true);
    if (version !== FORMAT_VERSION) return version;
    return {
      salt: view.getUint32(12, true),
      segment: view.getUint32(16, true),
      sequence: view.getFloat64(20, true),
    };
  }
  return undefined;
}

/** Gathers frames in one buffer. `begin`, write the payload into `bytes`, `end`. */
export class FrameWriter {
  readonly bytes: ByteWriter;
  #start = 0;

  constructor(capacityBytes: number) {
    this.bytes = new ByteWriter(capacityBytes);
  }

  begin(type: number, sequence: number): ByteWriter {
    this.#start = this.bytes.length;
    this.bytes.reserve(FRAME_BYTES);
    this.bytes.uint32(FRAME_MARKER);
    this.bytes.uint32(0);
    this.bytes.uint32(0);
    this.bytes.uint32(type);
    this.bytes.float64(sequence);
    return this.bytes;
  }

  end(salt: number): void {
    const { bytes } = this;
    const start = this.#start;
    const view = new DataView(bytes.bytes.buffer, start, FRAME_BYTES);
    view.setUint32(4, bytes.length - start - FRAME_BYTES, true);
    view.setUint32(8, crc32(bytes.bytes.subarray(start + CRC_FROM, bytes.length), salt), true);
  }
}

export interface Frame {
  readonly type: number;
  readonly sequence: number;
  /** A view of the file's bytes. */
  readonly payload: Uint8Array;
}

export interface ScanResult {
  /** End of the last whole frame. */
  readonly goodBytes: number;
  /** Places where bytes had to be passed over to find the next frame. */
  readonly damagedCount: number;
  /** Bytes passed over, the torn tail not counted. */
  readonly damagedBytes: number;
}

/** Calls `visit` for each whole frame; passes over damage to the next frame that proves itself. */
export function scanFrames(bytes: Uint8Array, salt: number, visit: (frame: Frame) => void): ScanResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marker = Buffer.alloc(4);
  marker.writeUInt32LE(FRAME_MARKER);
  let position = HEADER_BYTES;
  let goodBytes = HEADER_BYTES;
  let damagedCount = 0;
  let damagedBytes = 0;
  while (position < buffer.length) {
    const end = frameEnd(buffer, position, salt);
    if (end === undefined) {
      const next = buffer.indexOf(marker, position + 1);
      position = next < 0 ? buffer.length : next;
      continue;
    }
    if (position !== goodBytes) {
      damagedCount += 1;
      damagedBytes += position - goodBytes;
    }
    visit({
      type: buffer.readUInt32LE(position + 12),
      sequence: buffer.readDoubleLE(position + 16),
      payload: buffer.subarray(position + FRAME_BYTES, end),
    });
    position = end;
    goodBytes = end;
  }
  return { goodBytes, damagedCount, damagedBytes };
}

function frameEnd(buffer: Buffer, position: number, salt: number): number | undefined {
  if (position + FRAME_BYTES > buffer.length) return undefined;
  if (buffer.readUInt32LE(position) !== FRAME_MARKER) return undefined;
  const end = position + FRAME_BYTES + buffer.readUInt32LE(position + 4);
  if (end > buffer.length) return undefined;
  const crc = crc32(buffer.subarray(position + CRC_FROM, end), salt);
  return crc === buffer.readUInt32LE(position + 8) ? end : undefined;
}
