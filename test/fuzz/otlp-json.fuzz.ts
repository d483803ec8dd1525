import { createOtlpDecoder, ingestConfigSchema } from '../../otel-processor/src/ingest/index.ts';
import { testPorts } from '../support/ingest.ts';
import { sampleRequests } from './otlp-samples.ts';

export const name = 'otlp-json';

const config = ingestConfigSchema.parse({});

/** Any bytes give a batch or a fault. */
export function run(bytes: Uint8Array): void {
  createOtlpDecoder(config, testPorts()).decodeJson(bytes);
}

export function seeds(): Uint8Array[] {
  return sampleRequests().map((request) => new TextEncoder().encode(JSON.stringify(request)));
}
