import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { encodeLabels, WriteRequestEncoder } from './remote-write-encoder.ts';

/**
 * Classic histograms as a fleet exposes them: each has a series for every upper bound, whose counts include
 * those of the bounds below. All of one instance are scraped together.
 */
export interface BucketOptions {
  readonly histogramCount: number;
  readonly tickCount: number;
  readonly startMs: number;
  readonly stepMs: number;
  readonly histogramsPerRequest: number;
  readonly seed: number;
}

export const bucketMetric = 'http_request_duration_seconds_bucket';
export const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

const HISTOGRAMS_PER_INSTANCE = 10;
const JOB_COUNT = 20;
const routes = ['/', '/login', '/cart', '/search', '/checkout', '/items', '/users', '/api', '/ping', '/help'];

interface BucketHistogram {
  readonly labels: readonly Uint8Array[];
  readonly counts: Float64Array;
  readonly offsetMs: number;
  /** Observations per tick, and how they fall on the buckets. */
  readonly pace: number;
  readonly shares: readonly number[];
}

/** The requests of tick 0, then of tick 1 and so on, made when they are asked for: all of them are gigabytes. */
export function* bucketRequests(options: BucketOptions): Generator<readonly Buffer[]> {
  const prng = createPrng(options.seed);
  const all = Array.from({ length: options.histogramCount }, (_, i) => createHistogram(i, prng));
  const encoder = new WriteRequestEncoder();
  for (let tick = 0; tick < options.tickCount; tick++) {
    const requests: Buffer[] = [];
    for (let i = 0; i < all.length; i++) {
      const { labels, counts, offsetMs, pace, shares } = all[i];
      const timestampMs = options.startMs + tick * options.stepMs + offsetMs;
      const observed = pace * (0.5 + prng.next());
      let below = 0;
      for (let bucket = 0; bucket < bounds.length; bucket++) {
        below += Math.round(observed * shares[bucket]);
        counts[bucket] += below;
        encoder.add(labels[bucket], timestampMs, counts[bucket]);
      }
      if ((i + 1) % options.histogramsPerRequest === 0 || i + 1 === all.length)
        requests.push(encoder.finish());
    }
    yield requests;
  }
}

function createHistogram(index: number, prng: Prng): BucketHistogram {
  const instance = Math.floor(index / HISTOGRAMS_PER_INSTANCE);
  const labels = bounds.map((le) =>
    encodeLabels({
      __name__: bucketMetric,
      instance: `10.0.${instance >> 8}.${instance & 255}:8080`,
      job: `job-${instance % JOB_COUNT}`,
      le,
      route: routes[index % routes.length],
    }),
  );
  const center = prng.next() * bounds.length;
  const weights = bounds.map((_, bucket) => Math.exp(-(((bucket - center) / 2) ** 2)));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    labels,
    counts: new Float64Array(bounds.length),
    // Never 0: no sample lies on the edge of a range, which versions of Prometheus take for in or out.
    offsetMs: 1 + ((instance * 7919) % 14_000),
    pace: 30 * Math.exp(prng.normal()),
    shares: weights.map((weight) => weight / whole),
  };
}
