import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { encodeLabels, WriteRequestEncoder } from './remote-write-encoder.ts';

/**
 * The scrape of a fleet, as a Prometheus forwards it: 20 jobs, 20 series per instance, every instance
 * scraped at its own offset, random instance ids, counters of four kinds that real programs have.
 */
export interface FleetOptions {
  readonly seriesCount: number;
  readonly tickCount: number;
  readonly startMs: number;
  readonly stepMs: number;
  readonly samplesPerRequest: number;
  readonly seed: number;
}

export interface Fleet {
  /** In the order of time: all requests of tick 0, then of tick 1. */
  readonly requests: readonly Buffer[];
  readonly requestsPerTick: number;
  readonly sampleCount: number;
  readonly wireBytes: number;
  readonly startMs: number;
  readonly endMs: number;
}

export const JOB_COUNT = 20;
const SERIES_PER_INSTANCE = 20;
const METRIC = 'app_requests_total';
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const statuses = ['200', '204', '400', '404', '500'];
const regions = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-south-1'];

export const fleetMetric = METRIC;

interface FleetSeries {
  readonly labels: Uint8Array;
  readonly offsetMs: number;
  value: number;
  readonly advance: (value: number) => number;
}

export function generateFleet(options: FleetOptions): Fleet {
  const prng = createPrng(options.seed);
  const all = createSeries(options.seriesCount, prng);
  const encoder = new WriteRequestEncoder();
  const requests: Buffer[] = [];
  let wireBytes = 0;
  for (let tick = 0; tick < options.tickCount; tick++) {
    // Scrapes start a few milliseconds late or early, all series of one instance together.
    let jitterMs = 0;
    for (let i = 0; i < all.length; i++) {
      if (i % SERIES_PER_INSTANCE === 0) jitterMs = Math.round(prng.normal() * 2);
      const series = all[i];
      series.value = series.advance(series.value);
      const timestampMs = options.startMs + tick * options.stepMs + series.offsetMs + jitterMs;
      encoder.add(series.labels, timestampMs, series.value);
      if ((i + 1) % options.samplesPerRequest === 0 || i + 1 === all.length) {
        const body = encoder.finish();
        wireBytes += body.length;
        requests.push(body);
      }
    }
  }
  return {
    requests,
    requestsPerTick: Math.ceil(options.seriesCount / options.samplesPerRequest),
    sampleCount: options.seriesCount * options.tickCount,
    wireBytes,
    startMs: options.startMs,
    endMs: options.startMs + options.tickCount * options.stepMs,
  };
}

function createSeries(count: number, prng: Prng): FleetSeries[] {
  const all: FleetSeries[] = [];
  let instance = '';
  let region = '';
  let offsetMs = 0;
  for (let i = 0; i < count; i++) {
    const within = i % SERIES_PER_INSTANCE;
    if (within === 0) {
      instance = `10.${prng.integer(0, 256)}.${prng.integer(0, 256)}.${prng.integer(1, 255)}:${prng.integer(1024, 65536)}`;
      region = regions[prng.integer(0, regions.length)];
      offsetMs = prng.integer(0, 14_000);
    }
    const labels = {
      __name__: METRIC,
      instance,
      job: `job-${Math.floor(i / SERIES_PER_INSTANCE) % JOB_COUNT}`,
      method: methods[within % methods.length],
      pod: hex(prng) + hex(prng),
      region,
      status: statuses[Math.floor(within / methods.length)],
    };
    all.push({ labels: encodeLabels(labels), offsetMs, value: 0, advance: advanceOf(within, prng) });
  }
  return all;
}

/** How a counter of this kind grows in one step. */
function advanceOf(kind: number, prng: Prng): (value: number) => number {
  const pace = Math.exp(prng.normal() * 1.5);
  switch (kind % 4) {
    case 0: // requests: whole numbers
      return (value) => value + Math.floor(20 * pace * (1 + 0.3 * prng.normal()) ** 2);
    case 1: // bytes: large whole numbers
      return (value) => value + Math.floor(250_000 * pace * (1 + 0.3 * prng.normal()) ** 2);
    case 2: // CPU seconds as the kernel counts them: hundredths
      return (value) => Math.round((value + 2 * pace * prng.next()) * 100) / 100;
    default: // summed latencies: every bit of the double in use
      return (value) => value + 0.8 * pace * prng.next();
  }
}

function hex(prng: Prng): string {
  return prng.uint32().toString(16).padStart(8, '0');
}
