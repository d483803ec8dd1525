import { type Fault, FaultError, permanent } from '../base/index.ts';
import type { Batch } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import { hasMoreValues } from './json-parse.ts';
import { countLimit } from './limit-counter.ts';
import { transcodeJson } from './otlp-json.ts';
import { type DecoderPorts, OtlpProtobufDecoder } from './otlp-protobuf.ts';

/** OTLP metrics to columns, for one tenant: what it remembers are series ids of `ports.resolver`. */
export interface OtlpDecoder {
  /** An ExportMetricsServiceRequest in protobuf, decompressed. Bad points are in `batch.rejections`. */
  decodeProtobuf(bytes: Uint8Array): Batch | Fault;
  /** The same in OTLP's JSON encoding, UTF-8. Gives the same rows as the same data in protobuf. */
  decodeJson(bytes: Uint8Array): Batch | Fault;
}

export function createOtlpDecoder(config: IngestConfig, ports: DecoderPorts): OtlpDecoder {
  const decoder = new OtlpProtobufDecoder(config, ports);
  return {
    decodeProtobuf: (bytes) => faultOf(() => decoder.decode(bytes)),
    decodeJson(bytes) {
      if (hasMoreValues(bytes, config.json_values_max)) {
        countLimit(ports.telemetry, 'json_values_max');
        return permanent(
          'too_large',
          `more than ${config.json_values_max} JSON values in one request (ingest.json_values_max)`,
        );
      }
      return faultOf(() => decoder.decode(transcodeJson(bytes, config.nesting_max)));
    },
  };
}

/** Runs code that throws `FaultError` and returns the fault; every other error is a bug and goes on. */
export function faultOf<T>(run: () => T): T | Fault {
  try {
    return run();
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}
