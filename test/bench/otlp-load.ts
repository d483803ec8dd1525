import { gzipSync } from 'node:zlib';
import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import type { RequestShape } from './load.ts';
import { advancePoints, findPoints, type PointOffsets } from './otlp-rounds.ts';

/** Exporters that send the same series over and over: each request again, later, with values moved on. */
export class OtlpLoad {
  readonly #requests: readonly { readonly bytes: Uint8Array; readonly points: PointOffsets }[];
  readonly #prng: Prng;
  readonly pointCount: number;

  constructor(requests: readonly Uint8Array[], seed: number) {
    this.#requests = requests.map((bytes) => ({ bytes: bytes.slice(), points: findPoints(bytes) }));
    this.#prng = createPrng(seed);
    this.pointCount = this.#requests.reduce((sum, { points }) => sum + points.times.length, 0);
  }

  get requestCount(): number {
    return this.#requests.length;
  }

  /** Bodies of all requests at `timeMs`, ready to send; copies, so that many rounds can be made ahead. */
  round(timeMs: number, compress: boolean): Uint8Array[] {
    return this.#requests.map((_, index) => this.one(index, timeMs, compress));
  }

  one(index: number, timeMs: number, compress: boolean): Uint8Array {
    const { bytes, points } = this.#requests[index];
    const prng = this.#prng;
    advancePoints(bytes, points, timeMs, () => prng.next() * 100);
    // Level 1 to 6 changes the sender's cost, hardly the receiver's.
    return compress ? gzipSync(bytes, { level: 4 }) : bytes.slice();
  }
}

export function otlpShape(compressed: boolean): RequestShape {
  const headers: Record<string, string> = { 'content-type': 'application/x-protobuf' };
  if (compressed) headers['content-encoding'] = 'gzip';
  return { method: 'POST', path: '/v1/metrics', headers };
}
