import { compressSync } from 'snappy';
import {
  createRemoteWriteDecoder,
  ingestConfigSchema,
  ProtobufWriter,
} from '../../otel-processor/src/ingest/index.ts';
import { testPorts } from '../support/ingest.ts';

export const name = 'remote-write';

const config = ingestConfigSchema.parse({ remote_write_size_max: '1MiB' });

/**
 * Any bytes give a batch or a fault. Bytes are tried as they come, for the decompression, and compressed, so
 * that what is behind it is reached too.
 */
export function run(bytes: Uint8Array): void {
  createRemoteWriteDecoder(config, testPorts()).decode(bytes);
  createRemoteWriteDecoder(config, testPorts()).decode(compressSync(Buffer.from(bytes)));
}

export function seeds(): Uint8Array[] {
  const plain = writeRequest();
  return [plain, compressSync(Buffer.from(plain))];
}

/** A WriteRequest with a sample, an exemplar, a native histogram and metadata. */
function writeRequest(): Uint8Array {
  const out = new ProtobufWriter();
  const message = (field: number, write: () => void): void => {
    const before = out.length;
    write();
    out.message(field, before);
  };
  const label = (name: string, value: string): void =>
    message(1, () => {
      out.string(2, value);
      out.string(1, name);
    });
  message(3, () => {
    out.string(4, 'Help.');
    out.string(2, 'up');
    out.uint(1, 2);
  });
  message(1, () => {
    message(4, () => {
      out.uint(15, 1_700_000_000_000);
      message(12, () => out.rawVarint64(4, 0));
      message(11, () => out.uint(2, 1));
      out.sint32(4, 3);
      out.double(3, 9);
      out.uint(1, 2);
    });
    message(3, () => {
      out.uint(3, 1_700_000_000_000);
      out.double(2, 1);
      label('trace_id', 'abc');
    });
    message(2, () => {
      out.uint(2, 1_700_000_000_000);
      out.double(1, 1);
    });
    label('job', 'node');
    label('__name__', 'up');
  });
  return out.finish();
}
