import { compressSync } from 'snappy';
import { ByteWriter } from '../../otel-processor/src/base/index.ts';

/**
 * Remote write 1.0 as a sender makes it (prompb.WriteRequest, snappy block format), written apart from the
 * service's own code so that it can also judge it.
 */

const encoder = new TextEncoder();

/** `labels` as the repeated field 1 of a TimeSeries; the caller sorts them by name. */
export function encodeLabels(labels: Readonly<Record<string, string>>): Uint8Array {
  const writer = new ByteWriter();
  for (const [name, value] of Object.entries(labels)) {
    const nameBytes = encoder.encode(name);
    const valueBytes = encoder.encode(value);
    const inner = new ByteWriter();
    inner.uint8(0x0a);
    inner.uvarint(nameBytes.length);
    inner.raw(nameBytes);
    inner.uint8(0x12);
    inner.uvarint(valueBytes.length);
    inner.raw(valueBytes);
    writer.uint8(0x0a);
    writer.uvarint(inner.length);
    writer.raw(inner.view());
  }
  return writer.finish();
}

/** Builds one WriteRequest; `add` once per series and sample. */
export class WriteRequestEncoder {
  readonly #writer = new ByteWriter(64 * 1024);
  readonly #sample = new ByteWriter(32);

  add(labels: Uint8Array, timestampMs: number, value: number): void {
    const sample = this.#sample;
    sample.clear();
    sample.uint8(0x09);
    sample.float64(value);
    sample.uint8(0x10);
    sample.uvarint(timestampMs);
    const length = labels.length + 2 + sample.length;
    const writer = this.#writer;
    writer.uint8(0x0a);
    writer.uvarint(length);
    writer.raw(labels);
    writer.uint8(0x12);
    writer.uvarint(sample.length);
    writer.raw(sample.view());
  }

  /** The compressed request; the encoder is empty again afterwards. */
  finish(): Buffer {
    const body = compressSync(Buffer.from(this.#writer.view()));
    this.#writer.clear();
    return body;
  }
}

export const remoteWriteShape = {
  method: 'POST',
  path: '/api/v1/write',
  headers: {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
    'user-agent': 'statbar-bench',
  },
} as const;
