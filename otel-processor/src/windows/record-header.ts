import { ByteReader, ByteWriter } from '../base/index.ts';

/** What stands before a request in the log. */
export interface RecordHeader {
  /** When the clock moved the views since the request before. */
  readonly ticksMs: readonly number[];
  /** When the request came. */
  readonly nowMs: number;
  readonly kind: number;
}

export function encodeHeader({ ticksMs, nowMs, kind }: RecordHeader): Uint8Array {
  const writer = new ByteWriter(32);
  writer.uvarint(ticksMs.length);
  for (const tickMs of ticksMs) writer.float64(tickMs);
  writer.float64(nowMs);
  writer.uvarint(kind);
  return writer.finish();
}

/** A whole record: its header, and the request as it came. Throws a `FaultError` on torn bytes. */
export function decodeRecord(record: Uint8Array): RecordHeader & { readonly bytes: Uint8Array } {
  const reader = new ByteReader(record);
  const ticksMs = Array.from({ length: reader.uvarint() }, () => reader.float64());
  const nowMs = reader.float64();
  const kind = reader.uvarint();
  return { ticksMs, nowMs, kind, bytes: record.subarray(reader.position) };
}
