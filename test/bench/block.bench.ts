import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault, silentLogger, systemClock, Telemetry } from '../../otel-processor/src/base/index.ts';
import { blockConfigSchema, openBlockStore, writeBlock } from '../../otel-processor/src/store/block/index.ts';
import type { BlockInputSeries, BlockMeta } from '../../otel-processor/src/store/block-types.ts';
import { createSampleBuffer, growSampleBuffer } from '../../otel-processor/src/store/types.ts';
import { cpuRates, measure, type Reading, spreadOf } from './harness.ts';
import { type Figure, figure, publish, single } from './report.ts';
import { type GeneratedSeries, generateSeries, seriesKinds } from './series-generator.ts';

/** One sealed range of a fleet: size on disk by kind of series and overall, and how fast it is written and read. */
const startMs = Date.UTC(2026, 0, 5, 12);
const durationMs = 7_200_000;
const targetCount = Number(process.env['BENCH_TARGETS'] ?? 100);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);

const all = [...generateSeries({ seed: 7, targetCount, startMs, durationMs })];
const dir = mkdtempSync(join(tmpdir(), 'statbar-block-bench-'));
const figures: Figure[] = [];
try {
  for (const kind of seriesKinds) {
    const meta = await write(
      `kind-${kind.replace(/\W+/g, '-')}`,
      all.filter((series) => series.kind === kind),
    );
    const what = `${kind}: size per sample, index included`;
    figures.push(single(`block/size/${kind}`, what, 'B', meta.sizeBytes / meta.sampleCount));
  }
  const whole = await write('whole', all);
  figures.push(
    single(
      'block/size',
      'all kinds: size per sample, index included',
      'B',
      whole.sizeBytes / whole.sampleCount,
    ),
  );
  const indexBytes = (whole as BlockMeta & { indexBytes: number }).indexBytes;
  figures.push(single('block/size/index', 'of that the index', 'B', indexBytes / whole.sampleCount));
  const writes: Reading[] = [];
  for (let round = 0; round < rounds; round++) {
    writes.push(await measure(async () => (await write(`round-${round}`, all)).sampleCount));
  }
  figures.push(figure('block/write', 'written, durable', 'samples/CPU-s', cpuRates(writes)));
  await measureReads(whole);
  publish('block', figures, [
    `${all.length} series of ${targetCount} targets over 2 h, ${whole.sampleCount} samples, seed 7`,
  ]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function write(name: string, series: readonly GeneratedSeries[]): Promise<BlockMeta> {
  const options = { dir: join(dir, name), fromMs: startMs, toMs: startMs + durationMs };
  const meta = await writeBlock(options, series.map(asInput));
  if (isFault(meta)) throw new Error(meta.message);
  return meta;
}

function asInput(series: GeneratedSeries): BlockInputSeries {
  return {
    labels: series.labels,
    read(into) {
      growSampleBuffer(into, series.values.length);
      into.timestampsMs.set(series.timestampsMs);
      into.values.set(series.values);
      into.count = series.values.length;
      into.histograms = undefined;
    },
  };
}

async function measureReads(whole: BlockMeta): Promise<void> {
  const config = blockConfigSchema.parse({});
  const cold: Reading[] = [];
  const warm: Reading[] = [];
  const firstSeriesMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const telemetry = new Telemetry();
    const store = await openBlockStore({
      dir: join(dir, 'whole'),
      config,
      clock: systemClock,
      logger: silentLogger,
      telemetry,
    });
    if (isFault(store)) throw new Error(store.message);
    const buffer = createSampleBuffer(2048);
    const readAll = async (): Promise<number> => {
      let samples = 0;
      for (const series of await store.select([], startMs, startMs + durationMs)) {
        buffer.count = 0;
        const pending = series.read(buffer, startMs, startMs + durationMs);
        if (pending !== undefined) await pending;
        samples += buffer.count;
      }
      if (samples !== whole.sampleCount) throw new Error(`read ${samples} of ${whole.sampleCount} samples`);
      return samples;
    };
    const before = performance.now();
    const [first] = await store.select([], startMs, startMs + durationMs);
    await first.read(buffer, startMs, startMs + 60_000);
    firstSeriesMs.push(performance.now() - before);
    cold.push(await measure(readAll));
    warm.push(await measure(readAll));
    await store.close();
  }
  figures.push(
    single('block/open', 'first series of a block just opened', 'ms', spreadOf(firstSeriesMs).median),
  );
  figures.push(figure('block/read-cold', 'read, pages not in memory', 'samples/CPU-s', cpuRates(cold)));
  figures.push(figure('block/read-warm', 'read, pages in memory', 'samples/CPU-s', cpuRates(warm)));
}
