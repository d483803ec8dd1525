import { createPrng, ManualClock, silentLogger, Telemetry } from '../../otel-processor/src/base/index.ts';
import { adaptiveMethod } from '../../otel-processor/src/detect/index.ts';
import { Batch, LabelSet, SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import type { QueryEngine } from '../../otel-processor/src/query/index.ts';
import type { Querier } from '../../otel-processor/src/store/index.ts';
import { ReloadableWatch, watchConfigSchema } from '../../otel-processor/src/watch/index.ts';
import { measure, ownCpuSeconds } from './harness.ts';
import { type Figure, publish, single } from './report.ts';

/**
 * What watching costs: 100,000 counters that all move, a sample each every ten seconds. Taken are the tap, every look
 * with detection, and making the samples of the derived series; not taken is storing those, which is the store's.
 */
const SIGNALS = 100_000;
const SERIES_PER_FAMILY = 1000;
const LOOK_MS = 10_000;
const WARM_STEPS = 70;
const LOOKS = 12;
const START_MS = 1_750_000_000_000;

const nothingStored: Querier = {
  select: async () => [],
  series: async () => [],
  labelNames: async () => [],
  labelValues: async () => [],
  exemplars: async () => [],
  metadata: () => new Map(),
  statistics: () => ({
    ...{ seriesCount: 0, chunkCount: 0, labelPairCount: 0 },
    ...{ minTimeMs: START_MS, maxTimeMs: START_MS },
    ...{ seriesCountByMetricName: [], labelValueCountByLabelName: [], seriesCountByLabelPair: [] },
  }),
};
const noQueries: QueryEngine = {
  instant: () => Promise.reject(new Error('not asked for')),
  range: () => Promise.reject(new Error('not asked for')),
};

interface Run {
  /** CPU seconds per look. */
  readonly perLook: number;
  readonly bytesPerSignal: number;
  readonly written: number;
}

async function run(step: string, looksPerStep: number): Promise<Run> {
  const clock = new ManualClock(START_MS);
  const registry = new SeriesRegistry();
  let written = 0;
  const resolver = {
    generation: 0,
    resolve: (labels: LabelSet) => registry.getOrCreate(labels),
    describe: () => '',
  };
  const config = watchConfigSchema.parse({ signals_max: 2 * SIGNALS, step, cpu_share_max: 1 });
  const watch = new ReloadableWatch(config, [], {
    ...{ clock, registry, resolver, logger: silentLogger, telemetry: new Telemetry() },
    ...{ querier: nothingStored, engine: noQueries, method: adaptiveMethod },
    log: { checkpoint: async () => undefined },
    write: async (batch) => {
      written += batch.count;
      return undefined;
    },
    isDerived: () => false,
  });
  const seriesIds = Uint32Array.from({ length: SIGNALS }, (_, i) =>
    registry.getOrCreate(
      LabelSet.from({
        __name__: `metric_${Math.floor(i / SERIES_PER_FAMILY)}_total`,
        job: 'bench',
        instance: String(i % SERIES_PER_FAMILY),
      }),
    ),
  );
  const totals = new Float64Array(SIGNALS);
  const prng = createPrng(1);
  await watch.start();
  const heapBefore = process.memoryUsage().rss;
  const tick = async (): Promise<void> => {
    const batch = new Batch(SIGNALS);
    batch.count = SIGNALS;
    batch.seriesIds.set(seriesIds);
    batch.timestampsMs.fill(clock.nowMs());
    for (let i = 0; i < SIGNALS; i++) totals[i] += 100 + (prng.uint32() % 64);
    batch.values.set(totals);
    watch.observe(batch);
    clock.advance(LOOK_MS);
    await watch.advance();
  };
  for (let look = 0; look < WARM_STEPS * looksPerStep; look++) await tick();
  if (watch.status().signals < SIGNALS) throw new Error(`only ${watch.status().signals} signals are watched`);
  const rssBytes = process.memoryUsage().rss - heapBefore;
  written = 0;
  const before = ownCpuSeconds();
  await measure(async () => {
    for (let look = 0; look < LOOKS; look++) await tick();
    return LOOKS;
  });
  return {
    perLook: (ownCpuSeconds() - before) / LOOKS,
    bytesPerSignal: rssBytes / SIGNALS,
    written: written / LOOKS,
  };
}

const figures: Figure[] = [];
for (const [step, looksPerStep, name] of [
  ['10s', 1, 'steps of 10 s'],
  ['1m', 6, 'steps of 1 min, looked at every 10 s'],
] as const) {
  const { perLook, bytesPerSignal, written } = await run(step, looksPerStep);
  const share = (100 * perLook * 1000) / LOOK_MS;
  console.log(
    `${name}: ${(perLook * 1000).toFixed(0)} ms of CPU per look at ${SIGNALS} signals, ${share.toFixed(1)} % of one core; ${Math.round(written)} samples written per look; ${Math.round(bytesPerSignal)} bytes of resident memory per signal`,
  );
  figures.push(single(`watch/core-share-${step}`, `100 k signals at ${name}: share of one core`, '%', share));
  if (step === '10s')
    figures.push(
      single('watch/bytes-per-signal', 'memory of one signal, all included', 'bytes', bytesPerSignal),
    );
}
publish('watch', figures);
