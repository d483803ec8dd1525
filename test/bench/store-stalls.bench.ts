import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  createPrng,
  isFault,
  ManualClock,
  silentLogger,
  Telemetry,
} from '../../otel-processor/src/base/index.ts';
import {
  Batch,
  createMatcher,
  LabelSet,
  type Matcher,
  SeriesRegistry,
} from '../../otel-processor/src/model/index.ts';
import { createSampleBuffer, createStore, storeConfigSchema } from '../../otel-processor/src/store/index.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { type Figure, publish, single } from './report.ts';

/**
 * How long the store keeps the event loop from its turn while it does its housekeeping with 100 k series: the
 * longest turn by the CPU time of the main thread, which neighbours on the machine do not lengthen, and beside it
 * the delay that the event loop's own monitor saw (its resolution is a millisecond).
 */
const SERIES_COUNT = 100_000;
const HOUR_MS = 3_600_000;
const STEP_MS = 10 * 60_000;
/** Three block ranges of two hours. */
const TICKS = 36;
const BATCH_ROWS = 2000;
const figures: Figure[] = [];

/** Runs `work` and notes the longest stretch of CPU time between two turns of the event loop. */
async function watch(key: string, what: string, work: () => Promise<unknown>): Promise<void> {
  let over = false;
  let longestMs = 0;
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const turn = (): void => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - lastMs);
    lastMs = now;
    if (!over) setImmediate(turn);
  };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  // The first collection of what the step before left behind is not this step's.
  globalThis.gc?.();
  let lastMs = cpuMs();
  const startMs = lastMs;
  delay.enable();
  setImmediate(turn);
  const fault = await work();
  over = true;
  await new Promise((resolve) => setImmediate(resolve));
  delay.disable();
  if (isFault(fault) || typeof fault === 'string') throw new Error(`${what}: ${JSON.stringify(fault)}`);
  figures.push(single(`store-stalls/${key}/turn`, `${what}: longest turn`, 'CPU-ms', longestMs));
  figures.push(single(`store-stalls/${key}/p99`, '  event loop delay p99', 'ms', delay.percentile(99) / 1e6));
  figures.push(single(`store-stalls/${key}/max`, '  event loop delay, longest', 'ms', delay.max / 1e6));
  figures.push(single(`store-stalls/${key}/cpu`, '  CPU of the main thread', 'CPU-ms', cpuMs() - startMs));
}

const temp = createTempDir('stalls');
const clock = new ManualClock(Math.floor(Date.now() / (2 * HOUR_MS)) * 2 * HOUR_MS);
const startMs = clock.nowMs();
const config = storeConfigSchema.parse({ seal_check: '1000d', snapshot_wal_size: '4GiB' });

async function open(registry: SeriesRegistry) {
  const ports = { dir: temp.path, clock, logger: silentLogger, telemetry: new Telemetry(), registry };
  const store = await createStore(config, ports);
  if (isFault(store)) throw new Error(store.message);
  return store;
}

function matcherOf(type: '=' | '=~', name: string, value: string): Matcher {
  const matcher = createMatcher(type, name, value);
  if (isFault(matcher)) throw new Error(matcher.message);
  return matcher;
}

const random = createPrng(9);
const hex = (digits: number): string => {
  let text = '';
  while (text.length < digits) text += random.uint32().toString(16).padStart(8, '0');
  return text.slice(0, digits);
};

function labelsOf(series: number): LabelSet {
  return LabelSet.from({
    __name__: `http_requests_${series % 40}_total`,
    job: `service-${series % 17}`,
    instance: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    region: `region-${series % 5}`,
    route: `/route/${series % 23}`,
    method: ['GET', 'POST', 'PUT'][series % 3],
    status: String(200 + (series % 7)),
    version: `1.${series % 11}.${series % 3}`,
  });
}

const registry = new SeriesRegistry();
const store = await open(registry);
const seriesIds = new Uint32Array(SERIES_COUNT);
const totals = new Float64Array(SERIES_COUNT);

async function fill(fromTick: number, toTick: number): Promise<void> {
  for (let tick = fromTick; tick < toTick; tick++) {
    for (let start = 0; start < SERIES_COUNT; start += BATCH_ROWS) {
      const batch = new Batch(BATCH_ROWS);
      for (let series = start; series < Math.min(SERIES_COUNT, start + BATCH_ROWS); series++) {
        if (tick === 0) seriesIds[series] = registry.getOrCreate(labelsOf(series));
        totals[series] += random.integer(0, 5000);
        const timestampMs = startMs + tick * STEP_MS + (series % 1000);
        batch.add(series - start, seriesIds[series], timestampMs, totals[series]);
      }
      const fault = await store.append(batch);
      if (isFault(fault)) throw new Error(fault.message);
    }
  }
}

/** Reads every series that matches, as a query does. */
async function readAll(matchers: readonly Matcher[]): Promise<void> {
  const buffer = createSampleBuffer();
  const fromMs = startMs;
  const toMs = startMs + TICKS * STEP_MS;
  let count = 0;
  for (const series of await store.select(matchers, fromMs, toMs)) {
    await series.read(buffer);
    if (++count % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

await watch('ingest', 'new series and their samples, 2000 a batch', () => fill(0, TICKS));
await watch('snapshot', 'snapshot', () => store.snapshot());
await watch('idle', 'maintenance with nothing to do', () => store.maintain());
await watch('seal', 'seal', () => store.seal());
const everything = [matcherOf('=~', '__name__', '.+')];
await watch('select-cold', 'select 2500 series, blocks not yet used', async () => {
  await store.select(
    [matcherOf('=', '__name__', 'http_requests_7_total')],
    startMs,
    startMs + TICKS * STEP_MS,
  );
});
await watch('select-all', 'select and read everything', () => readAll(everything));
await watch('delete-some', 'delete a fifth, in blocks', () =>
  store.deleteSeries([matcherOf('=', 'region', 'region-1')], startMs + STEP_MS, startMs + 9 * STEP_MS),
);
await watch('select-deleted', 'select everything, with deletions', () => readAll(everything));
await watch('compact', 'merge with deletions', () => store.maintain());
await fill(TICKS, TICKS + 6);
await watch('delete-all', 'delete everything, blocks and memory', () =>
  store.deleteSeries(everything, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
);
clock.advance(4 * HOUR_MS);
await watch('forget', 'forget 100 k idle series', () => store.maintain());
await store.close(10_000);
publish('store-stalls', figures, [`${SERIES_COUNT} series, 8 labels each, ${TICKS} samples over 6 h`]);
temp.remove();
