import { createOtlpDecoder, ingestConfigSchema } from '../../otel-processor/src/ingest/index.ts';
import { generateOtlp } from '../bench/otlp-generator.ts';
import { testPorts } from '../support/ingest.ts';
import { otlpRequestType } from '../support/otlp-schema.ts';
import { sampleRequests } from './otlp-samples.ts';

export const name = 'otlp-protobuf';

const config = ingestConfigSchema.parse({});

/** Any bytes give a batch or a fault. A decoder of its own per input: what one leaves behind is not the next one's. */
export function run(bytes: Uint8Array): void {
  createOtlpDecoder(config, testPorts()).decodeProtobuf(bytes);
}

export function seeds(): Uint8Array[] {
  const type = otlpRequestType();
  const samples = sampleRequests().map((request) => type.encode(type.fromObject(request)).finish());
  return [...samples, ...generateOtlp({ seriesCount: 40, pointsPerRequest: 20, seed: 1 })];
}
