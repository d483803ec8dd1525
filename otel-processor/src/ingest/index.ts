export { type EventsConfig, eventsConfigSchema, type IngestConfig, ingestConfigSchema } from './config.ts';
export { decodeEvents, encodeEvents } from './event-columns.ts';
export { createEventDecoder, type EventDecoder } from './event-json.ts';
export { createLogDecoder, type LogDecoder } from './log-records.ts';
export { createOtlpDecoder, type OtlpDecoder } from './otlp-decoder.ts';
export type { DecoderPorts } from './otlp-protobuf.ts';
export { ProtobufWriter } from './protobuf-writer.ts';
export { createRemoteWriteDecoder, type RemoteWriteDecoder } from './remote-write.ts';
export {
  type Encoding,
  encodeExportResponse,
  encodeStatus,
  type GrpcStatus,
  grpcStatusOf,
  httpStatusOf,
  type RejectedCount,
} from './responses.ts';
export { decompressSnappy } from './snappy-block.ts';
