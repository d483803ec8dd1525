import { isFault, silentLogger, systemClock, Telemetry } from '../../otel-processor/src/base/index.ts';
import { Batch, createMatcher, SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import {
  createSampleBuffer,
  createStore,
  type Store,
  storeConfigSchema,
} from '../../otel-processor/src/store/index.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { alternate, type Contender, cpuRates, measure, type Reading } from './harness.ts';
import { type Figure, figure, publish, single } from './report.ts';
import { generateSeries } from './series-generator.ts';

/**
 * The store alone, in this process: rows into the log and the head, samples read back from it, replay at start. One
 * and a half hours of a fleet's series, each target's rows together as an exporter sends them.
 */
const ROUNDS = 5;
const startMs = Math.floor(Date.now() / 7_200_000) * 7_200_000 - 7_200_000;
const durationMs = 5_400_000;
const targetCount = 40;

interface Load {
  readonly labels: ReturnType<typeof collect>['labels'];
  readonly rowCount: number;
  /** Fresh batches, because the store owns what it is given. */
  batches(registry: SeriesRegistry): Batch[];
}

function collect() {
  const all = [...generateSeries({ seed: 11, targetCount, startMs, durationMs })];
  return { all, labels: all.map(({ labels }) => labels) };
}

function prepare(): Load {
  const { all, labels } = collect();
  const ticks = Math.max(...all.map(({ timestampsMs }) => timestampsMs.length));
  let rowCount = 0;
  for (const { values } of all) rowCount += values.length;
  return {
    labels,
    rowCount,
    batches(registry) {
      const ids = labels.map((each) => registry.getOrCreate(each));
      const batches: Batch[] = [];
      let batch = new Batch(1024);
      for (let tick = 0; tick < ticks; tick++) {
        for (let i = 0; i < all.length; i++) {
          const { timestampsMs, values } = all[i];
          if (tick >= values.length) continue;
          batch.add(batch.count, ids[i], timestampsMs[tick], values[tick]);
          if (batch.count === 1000) {
            batches.push(batch);
            batch = new Batch(1024);
          }
        }
      }
      if (batch.count > 0) batches.push(batch);
      return batches;
    },
  };
}

async function open(
  dir: string,
  registry: SeriesRegistry,
  durability: 'fsync' | 'os' | 'memory',
): Promise<Store> {
  const config = storeConfigSchema.parse({ durability, snapshot_wal_size: '8GiB', seal_check: '1d' });
  const ports = { dir, clock: systemClock, logger: silentLogger, telemetry: new Telemetry(), registry };
  const store = await createStore(config, ports);
  if (isFault(store)) throw new Error(store.message);
  return store;
}

async function appendAll(store: Store, batches: readonly Batch[]): Promise<number> {
  let rows = 0;
  const inFlight: Promise<void>[] = [];
  for (const batch of batches) {
    rows += batch.count;
    inFlight.push(
      store.append(batch).then((fault) => {
        if (isFault(fault)) throw new Error(fault.message);
      }),
    );
    // As many requests at once as a few dozen clients have.
    if (inFlight.length === 32) await Promise.all(inFlight.splice(0));
  }
  await Promise.all(inFlight);
  return rows;
}

const everything = createMatcher('=~', '__name__', '.+');
if (isFault(everything)) throw new Error(everything.message);
const load = prepare();
let headBytes = 0;
let walBytes = 0;

async function appendRound(durability: 'fsync' | 'os' | 'memory'): Promise<Reading> {
  const temp = createTempDir('store-bench');
  const registry = new SeriesRegistry();
  const store = await open(temp.path, registry, durability);
  const batches = load.batches(registry);
  const reading = await measure(() => appendAll(store, batches));
  headBytes = store.status().sizesBytes['head'];
  walBytes = store.status().sizesBytes['wal'] || walBytes;
  await store.close(10_000);
  temp.remove();
  return reading;
}

async function readRound(store: Store): Promise<Reading> {
  if (isFault(everything)) throw new Error(everything.message);
  const selected = await store.select([everything], 0, Number.MAX_SAFE_INTEGER);
  const buffer = createSampleBuffer();
  return measure(() => {
    let samples = 0;
    for (let repeat = 0; repeat < 3; repeat++) {
      for (const series of selected) {
        const reading = series.read(buffer);
        if (reading !== undefined) throw new Error('the head is read without waiting');
        samples += buffer.count;
      }
    }
    return samples;
  });
}

async function replayRound(dir: string): Promise<Reading> {
  let store: Store | undefined;
  const reading = await measure(async () => {
    store = await open(dir, new SeriesRegistry(), 'fsync');
    return load.rowCount;
  });
  const samples = store?.statistics(1).seriesCount ?? 0;
  if (samples !== load.labels.length) throw new Error(`replay gave back ${samples} series`);
  await store?.close(10_000);
  return reading;
}

const readDir = createTempDir('store-bench-read');
const readRegistry = new SeriesRegistry();
const readStore = await open(readDir.path, readRegistry, 'fsync');
await appendAll(readStore, load.batches(readRegistry));
const replayDir = createTempDir('store-bench-replay');
const replayRegistry = new SeriesRegistry();
const written = await open(replayDir.path, replayRegistry, 'fsync');
await appendAll(written, load.batches(replayRegistry));
await written.close(10_000);

const contenders: Contender[] = [
  { name: 'append, fsync', round: () => appendRound('fsync') },
  { name: 'append, os', round: () => appendRound('os') },
  { name: 'append, memory', round: () => appendRound('memory') },
  { name: 'read', round: () => readRound(readStore) },
  { name: 'replay', round: () => replayRound(replayDir.path) },
];
const readings = await alternate(contenders, ROUNDS);
const figures: Figure[] = [];
for (const [name, each] of readings) {
  const unit = name === 'read' ? 'samples/CPU-s' : 'rows/CPU-s';
  figures.push(figure(`store/${name.replace(', ', '-')}`, name, unit, cpuRates(each)));
}
figures.push(single('store/head-bytes', 'chunks in memory', 'B/sample', headBytes / load.rowCount));
figures.push(single('store/wal-bytes', 'log', 'B/sample', walBytes / load.rowCount));
publish('store', figures, [
  `${load.labels.length} series, ${load.rowCount} rows, batches of 1000, 32 in flight`,
]);
await readStore.close(10_000);
readDir.remove();
replayDir.remove();
