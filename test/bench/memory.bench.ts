import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createPrng,
  isFault,
  silentLogger,
  systemClock,
  Telemetry,
  yieldToEventLoop,
} from '../../otel-processor/src/base/index.ts';
import { Batch, LabelSet, SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import { createStore, storeConfigSchema } from '../../otel-processor/src/store/index.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { type Figure, publish, single } from './report.ts';

/**
 * Resident memory of the store alone: what 100 k series of 8 labels, one of them a random instance id, with 6 samples
 * each add to the process. Labels are made and forgotten one batch at a time, as a decoder does.
 */
const SERIES_COUNT = 100_000;
const TICKS = 6;
const BATCH_ROWS = 2000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const temp = createTempDir('memory-bench');
const registry = new SeriesRegistry();
const config = storeConfigSchema.parse({});
const ports = {
  dir: temp.path,
  clock: systemClock,
  logger: silentLogger,
  telemetry: new Telemetry(),
  registry,
};
const store = await createStore(config, ports);
if (isFault(store)) throw new Error(store.message);

async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await yieldToEventLoop();
  }
  return process.memoryUsage.rss();
}

const random = createPrng(3);
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

const idleBytes = await residentBytes();
const startMs = Date.now() - TICKS * 15_000;
const seriesIds = new Uint32Array(SERIES_COUNT);
const totals = new Float64Array(SERIES_COUNT);
for (let tick = 0; tick < TICKS; tick++) {
  for (let start = 0; start < SERIES_COUNT; start += BATCH_ROWS) {
    const batch = new Batch(BATCH_ROWS);
    for (let series = start; series < Math.min(SERIES_COUNT, start + BATCH_ROWS); series++) {
      if (tick === 0) seriesIds[series] = registry.getOrCreate(labelsOf(series));
      totals[series] += random.integer(0, 5000);
      batch.add(series - start, seriesIds[series], startMs + tick * 15_000 + (series % 1000), totals[series]);
    }
    const fault = await store.append(batch);
    if (isFault(fault)) throw new Error(fault.message);
  }
}
const usedBytes = (await residentBytes()) - idleBytes - SERIES_COUNT * 12;
const { heapUsed, arrayBuffers } = process.memoryUsage();
const figures: Figure[] = [
  single('memory/store', 'store: resident per series', 'bytes', usedBytes / SERIES_COUNT),
  single('memory/store-heap', '  JavaScript heap in all', 'MB', heapUsed / 1e6),
  single('memory/store-buffers', '  array buffers in all', 'MB', arrayBuffers / 1e6),
  single('memory/store-chunks', '  chunks', 'MB', store.status().sizesBytes['head'] / 1e6),
];
publish('memory', figures, [
  `${SERIES_COUNT} series, 8 labels each, ${TICKS} samples, idle ${idleBytes / 1e6} MB`,
]);
await store.close(10_000);
temp.remove();
