export { type IngestConfig, ingestConfigSchema } from './config.ts';
export { createOtlpDecoder, type OtlpDecoder } from './otlp-decoder.ts';
export type { DecoderPorts } from './otlp-protobuf.ts';
export { ProtobufWriter } from './protobuf-writer.ts';
