import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { LabelSet } from '../../otel-processor/src/model/index.ts';

/**
 * What real programs report, seeded: every target has a random instance id, its own step and offset, and a jitter of
 * milliseconds that all its series share, as they are scraped or exported together. Traffic has the shape of a day.
 */
export const seriesKinds = [
  'request counter',
  'histogram bucket',
  'histogram sum (double)',
  'byte counter',
  'CPU seconds, 2 places',
  'CPU seconds, 9 places',
  'memory bytes',
  'queue length',
  'temperature',
  'latency, 9 places',
  'ratio (double)',
  'constant',
] as const;

export type SeriesKind = (typeof seriesKinds)[number];

export interface GeneratedSeries {
  readonly kind: SeriesKind;
  readonly labels: LabelSet;
  /** Shared by the series of one target. */
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

export interface GeneratorOptions {
  readonly seed: number;
  readonly targetCount: number;
  readonly startMs: number;
  readonly durationMs: number;
}

const regions = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-south-1'];
const routes = ['/login', '/messages', '/messages/:id', '/rooms', '/search', '/upload'];
const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];
const dayMs = 86_400_000;

/** Series of all targets, target by target. Time series are made when they are asked for, one target at a time. */
export function* generateSeries(options: GeneratorOptions): Generator<GeneratedSeries> {
  const prng = createPrng(options.seed);
  for (let target = 0; target < options.targetCount; target++) {
    const stepMs = [10_000, 15_000, 60_000][pick(prng, [4, 5, 1])];
    const timestampsMs = scrapeTimes(prng, options, stepMs);
    const identity = {
      job: `service-${target % 17}`,
      instance: `${hex(prng, 8)}-${hex(prng, 4)}-${hex(prng, 12)}`,
      region: regions[prng.integer(0, regions.length)],
      version: `1.${target % 7}.${target % 3}`,
    };
    yield* targetSeries(prng, timestampsMs, stepMs / 1000, identity);
  }
}

/** One program that reports: what its series have in common. */
interface Target {
  readonly prng: Prng;
  readonly timestampsMs: Float64Array;
  readonly stepSeconds: number;
  /** Requests per second, about. */
  readonly scale: number;
  readonly identity: Readonly<Record<string, string>>;
}

function* targetSeries(
  prng: Prng,
  timestampsMs: Float64Array,
  stepSeconds: number,
  identity: Readonly<Record<string, string>>,
): Generator<GeneratedSeries> {
  const target = { prng, timestampsMs, stepSeconds, identity, scale: Math.exp(prng.normal()) * 20 };
  yield* requestSeries(target);
  yield* resourceSeries(target);
  yield* gaugeSeries(target);
  yield* constantSeries(target);
}

function made(
  target: Target,
  kind: SeriesKind,
  name: string,
  more: Readonly<Record<string, string>>,
  values: Float64Array,
): GeneratedSeries {
  const labels = LabelSet.from({ ...target.identity, __name__: name, ...more });
  return { kind, labels, timestampsMs: target.timestampsMs, values };
}

function* requestSeries(target: Target): Generator<GeneratedSeries> {
  const { prng, timestampsMs, stepSeconds, scale } = target;
  for (let r = 0; r < routes.length; r++) {
    for (const [status, share] of [
      ['200', 1],
      ['500', 0.002],
    ] as const) {
      const labels = { route: routes[r], method: r % 2 === 0 ? 'GET' : 'POST', status };
      const values = requestCounter(prng, timestampsMs, (scale * share * stepSeconds) / (1 + r));
      yield made(target, 'request counter', 'http_requests_total', labels, values);
    }
  }
  const name = 'http_request_duration_seconds';
  for (let r = 0; r < 2; r++) {
    const route = { route: routes[r] };
    const [buckets, sum] = latencyHistogram(prng, timestampsMs, (scale * stepSeconds) / (1 + r));
    for (let b = 0; b < bounds.length; b++) {
      yield made(target, 'histogram bucket', `${name}_bucket`, { ...route, le: bounds[b] }, buckets[b]);
    }
    yield made(target, 'request counter', `${name}_count`, route, buckets[bounds.length - 1]);
    yield made(target, 'histogram sum (double)', `${name}_sum`, route, sum);
  }
}

function* resourceSeries(target: Target): Generator<GeneratedSeries> {
  const { prng, timestampsMs, stepSeconds, scale } = target;
  for (const direction of ['receive', 'transmit']) {
    for (const device of ['eth0', 'lo']) {
      const values = byteCounter(prng, timestampsMs, scale * stepSeconds * 3000);
      yield made(target, 'byte counter', `node_network_${direction}_bytes_total`, { device }, values);
    }
  }
  const seconds = (usage: number, places: number): Float64Array =>
    cpuSeconds(prng, timestampsMs, usage * stepSeconds, places);
  for (const mode of ['user', 'system', 'idle', 'iowait']) {
    const values = seconds(mode === 'idle' ? 0.8 : 0.05, 2);
    yield made(target, 'CPU seconds, 2 places', 'node_cpu_seconds_total', { cpu: '0', mode }, values);
  }
  yield made(target, 'CPU seconds, 2 places', 'process_cpu_seconds_total', {}, seconds(0.1, 2));
  yield made(target, 'CPU seconds, 9 places', 'container_cpu_usage_seconds_total', {}, seconds(0.1, 9));
  const memory = (name: string, values: Float64Array): GeneratedSeries =>
    made(target, 'memory bytes', name, {}, values);
  yield memory('process_resident_memory_bytes', walk(prng, timestampsMs, 60_000, 30, 4096));
  yield memory('go_memstats_heap_alloc_bytes', sawtooth(prng, timestampsMs));
  yield memory('node_memory_MemAvailable_bytes', walk(prng, timestampsMs, 2_000_000, 300, 4096));
}

function* gaugeSeries(target: Target): Generator<GeneratedSeries> {
  const { prng, timestampsMs } = target;
  const small = (name: string, values: Float64Array): GeneratedSeries =>
    made(target, 'queue length', name, {}, values);
  yield small('app_queue_length', queue(prng, timestampsMs));
  yield small('app_connections', walk(prng, timestampsMs, 120, 1.5, 1));
  yield small('go_goroutines', walk(prng, timestampsMs, 300, 4, 1));
  const celsius = walk(prng, timestampsMs, 440, 2, 0.125);
  yield made(target, 'temperature', 'node_hwmon_temp_celsius', { chip: 'k10temp' }, celsius);
  const pauses = latency(prng, timestampsMs);
  yield made(target, 'latency, 9 places', 'app_gc_pause_seconds', { quantile: '0.99' }, pauses);
  yield made(target, 'ratio (double)', 'app_cache_hit_ratio', {}, ratio(prng, timestampsMs));
  yield made(target, 'ratio (double)', 'app_cpu_utilization', {}, ratio(prng, timestampsMs));
}

function* constantSeries(target: Target): Generator<GeneratedSeries> {
  const { prng, timestampsMs } = target;
  const constant = (name: string, more: Readonly<Record<string, string>>, value: number): GeneratedSeries =>
    made(target, 'constant', name, more, new Float64Array(timestampsMs.length).fill(value));
  yield constant('up', {}, 1);
  yield constant('build_info', { revision: hex(prng, 10) }, 1);
  yield constant('process_start_time_seconds', {}, Math.round(1.7e11 + prng.next() * 1e9) / 100);
  yield constant('process_max_fds', {}, 1_048_576);
}

function scrapeTimes(prng: Prng, options: GeneratorOptions, stepMs: number): Float64Array {
  const offsetMs = prng.integer(0, stepMs);
  const count = Math.floor((options.durationMs - offsetMs - 1) / stepMs) + 1;
  const times = new Float64Array(count);
  let previousMs = options.startMs - 1;
  for (let i = 0; i < count; i++) {
    const lateMs = Math.round(Math.abs(prng.normal()) * 3);
    const timeMs = options.startMs + offsetMs + i * stepMs + lateMs;
    previousMs = Math.min(options.startMs + options.durationMs - 1, Math.max(previousMs + 1, timeMs));
    times[i] = previousMs;
  }
  return times;
}

/** Between 0.3 at night and 1.7 in the afternoon. */
function dayShape(timestampMs: number): number {
  return 1 + 0.7 * Math.sin((2 * Math.PI * timestampMs) / dayMs);
}

function requestCounter(prng: Prng, times: Float64Array, perStep: number): Float64Array {
  let total = Math.floor(prng.next() * 1e6 * perStep);
  return times.map((timestampMs) => {
    total += poisson(prng, perStep * dayShape(timestampMs));
    return total;
  });
}

function latencyHistogram(prng: Prng, times: Float64Array, perStep: number): [Float64Array[], Float64Array] {
  const shares = [0.02, 0.1, 0.3, 0.3, 0.15, 0.08, 0.03, 0.015, 0.004, 0.001];
  const buckets = shares.map(() => new Float64Array(times.length));
  const sum = new Float64Array(times.length);
  const totals = shares.map(() => 0);
  let seconds = prng.next() * 1e4;
  for (let i = 0; i < times.length; i++) {
    let below = 0;
    for (let b = 0; b < shares.length; b++) {
      const added = poisson(prng, perStep * shares[b] * dayShape(times[i]));
      totals[b] += added;
      below += totals[b];
      buckets[b][i] = below;
      seconds += added * (b === bounds.length - 1 ? 5 : Number(bounds[b])) * (0.4 + 0.6 * prng.next());
    }
    sum[i] = seconds;
  }
  return [buckets, sum];
}

function byteCounter(prng: Prng, times: Float64Array, perStep: number): Float64Array {
  let total = Math.floor(prng.next() * 1e12);
  return times.map((timestampMs) => {
    total += Math.max(0, Math.round(perStep * dayShape(timestampMs) * (1 + 0.1 * prng.normal())));
    return total;
  });
}

function cpuSeconds(prng: Prng, times: Float64Array, perStep: number, places: number): Float64Array {
  const scale = 10 ** places;
  let ticks = Math.floor(prng.next() * 1e5 * scale);
  return times.map((timestampMs) => {
    ticks += Math.max(0, Math.round(perStep * dayShape(timestampMs) * (1 + 0.1 * prng.normal()) * scale));
    return ticks / scale;
  });
}

/** A random walk that is drawn back to its middle, in units of `unit`. */
function walk(prng: Prng, times: Float64Array, middle: number, step: number, unit: number): Float64Array {
  let position = middle * (0.8 + 0.4 * prng.next());
  return times.map(() => {
    position = Math.max(0, position + step * prng.normal() - (position - middle) * 0.01);
    return Math.round(position) * unit;
  });
}

function sawtooth(prng: Prng, times: Float64Array): Float64Array {
  let bytes = 4e6;
  return times.map(() => {
    bytes += Math.abs(prng.normal()) * 9e5;
    if (bytes > 3e7) bytes = 4e6 + prng.next() * 1e6;
    return Math.round(bytes / 8) * 8;
  });
}

function queue(prng: Prng, times: Float64Array): Float64Array {
  let length = 0;
  return times.map(() => {
    length = Math.max(0, length + poisson(prng, 0.8) - poisson(prng, 1));
    return length;
  });
}

function latency(prng: Prng, times: Float64Array): Float64Array {
  return times.map(() => Math.round(Math.exp(prng.normal() * 0.4) * 3e5) / 1e9);
}

function ratio(prng: Prng, times: Float64Array): Float64Array {
  let level = 0.5 + prng.next() * 0.4;
  return times.map(() => {
    level = Math.min(0.99, Math.max(0.01, level + 0.01 * prng.normal()));
    return level;
  });
}

function poisson(prng: Prng, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * prng.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = prng.next(); product > limit; product *= prng.next()) count += 1;
  return count;
}

function pick(prng: Prng, weights: readonly number[]): number {
  let at = prng.next() * weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < weights.length; i++) {
    at -= weights[i];
    if (at < 0) return i;
  }
  return weights.length - 1;
}

function hex(prng: Prng, length: number): string {
  let text = '';
  while (text.length < length) text += prng.uint32().toString(16).padStart(8, '0');
  return text.slice(0, length);
}
