import { ByteWriter, createPrng } from '../../otel-processor/src/base/index.ts';
import { EventBatch } from '../../otel-processor/src/model/index.ts';
import { View, viewConfigSchema } from '../../otel-processor/src/windows/index.ts';
import { alternate, cpuRates, measure, type Reading, spreadOf } from './harness.ts';
import { type Figure, figure, publish } from './report.ts';

/**
 * Views over events that are in memory as columns already: what windows, slices and statistics cost by themselves.
 * Each reading is a run over a stretch of event time from an empty view, with all results read to the last number.
 */
const ROUNDS = 7;
const BATCH_SIZE = 1000;

interface Load {
  readonly eventCount: number;
  readonly keyCount: number;
  /** Events per second of event time. */
  readonly rate: number;
  /** Share of events that come up to `disorderMs` late. */
  readonly disorder: number;
  readonly disorderMs: number;
}

function generate(load: Load): EventBatch[] {
  const prng = createPrng(3);
  const keys = Array.from({ length: load.keyCount }, (_, i) => `key-${i}`);
  const batches: EventBatch[] = [];
  for (let at = 0; at < load.eventCount; at += BATCH_SIZE) {
    const batch = new EventBatch(BATCH_SIZE);
    for (let i = at; i < at + BATCH_SIZE; i++) {
      const lateMs = prng.next() < load.disorder ? prng.next() * load.disorderMs : 0;
      batch.add('hit', 1_000_000 + Math.floor((i / load.rate) * 1000 - lateMs), 'source');
      batch.set('key', keys[prng.integer(0, load.keyCount)]);
      batch.set('n', Math.round(Math.exp(prng.normal()) * 100));
    }
    batches.push(batch);
  }
  return batches;
}

/** Feeds all batches; the clock follows event time. Returns the view, with its results counted. */
function run(config: object, batches: readonly EventBatch[]): { view: View; numbers: number } {
  let numbers = 0;
  const view = new View(viewConfigSchema.parse({ name: 'v', from: 'hit', by: ['key'], ...config }), {
    emit: (result) =>
      result.each(() => {
        numbers += 1;
      }),
    tooLate: () => {},
  });
  for (const batch of batches) {
    const newestMs = batch.timestampsMs[batch.count - 1];
    view.consume(batch);
    view.observe('source', newestMs, newestMs);
    view.advance(newestMs);
  }
  return { view, numbers };
}

const countAndSum = { count: {}, sum: { of: 'n' } };
const contender = (name: string, config: object, batches: readonly EventBatch[]) => ({
  name,
  round: (): Promise<Reading> =>
    measure(() => {
      run(config, batches);
      return batches.length * BATCH_SIZE;
    }),
});

const disordered = generate({
  eventCount: 1_000_000,
  keyCount: 1000,
  rate: 20_000,
  disorder: 0.2,
  disorderMs: 5000,
});
const manyKeys = generate({
  eventCount: 1_000_000,
  keyCount: 10_000,
  rate: 500_000,
  disorder: 0,
  disorderMs: 0,
});
const late = { guarantee: 'complete', out_of_orderness: '5s' };
const readings = await alternate(
  [
    contender('tumbling', { ...late, window: { tumbling: '1m' }, aggregate: countAndSum }, disordered),
    contender(
      'sliding',
      { ...late, window: { sliding: '1m', slide: '1s' }, aggregate: countAndSum },
      disordered,
    ),
    contender('keys', { window: { tumbling: '10s' }, aggregate: countAndSum }, manyKeys),
  ],
  ROUNDS,
);
const ratios = readings.get('sliding')!.map((sliding, i) => {
  const tumbling = readings.get('tumbling')![i];
  return sliding.amount / sliding.cpuSeconds / (tumbling.amount / tumbling.cpuSeconds);
});

/** One event per key and slice for two hours of a one-hour window: every key has all 360 slices. */
function memoryPerKey(): Figure {
  const keyCount = 1000;
  const batches = generate({
    eventCount: keyCount * 720,
    keyCount,
    rate: keyCount / 10,
    disorder: 0,
    disorderMs: 0,
  });
  const { view } = run(
    {
      window: { sliding: '1h', slide: '10s' },
      guarantee: 'complete',
      aggregate: { count: {}, quantiles: { of: 'n' } },
    },
    batches,
  );
  const { sizeBytes, keyCount: live } = view.status();
  return figure(
    'windows/memory-per-key',
    `1 h window sliding by 10 s, count and quantiles, ${live} keys with an event every 10 s`,
    'bytes per key',
    spreadOf([sizeBytes / live]),
  );
}

/** CPU time of this thread so far, in milliseconds. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The event loop gets its turn between the steps of a checkpoint: the longest of them holds it up. */
function checkpointStep(): Figure {
  const keyCount = 100_000;
  const load = { keyCount, rate: 30_000, disorder: 0, disorderMs: 0 };
  const longest: number[] = [];
  for (let round = 0; round <= 3; round++) {
    const batches = generate({ ...load, eventCount: 3 * keyCount });
    const aggregate = { count: {}, quantiles: { of: 'n' } };
    const { view } = run(
      { keys_max: 2 * keyCount, window: { tumbling: '1m' }, guarantee: 'complete', aggregate },
      batches,
    );
    let longestMs = 0;
    let fromMs = threadCpuMs();
    for (const _ of view.encode(new ByteWriter())) {
      const nowMs = threadCpuMs();
      longestMs = Math.max(longestMs, nowMs - fromMs);
      fromMs = nowMs;
    }
    if (round > 0) longest.push(longestMs);
  }
  return figure(
    'windows/checkpoint-step',
    'longest step of a checkpoint, 100 k keys, count and quantiles',
    'ms of CPU',
    spreadOf(longest),
  );
}

publish('windows', [
  figure(
    'windows/sliding-against-tumbling',
    '60 overlaps and 20 % disorder against tumbling, 1 k keys',
    'x',
    spreadOf(ratios),
  ),
  figure(
    'windows/tumbling',
    'tumbling 1 m, 1 k keys, count and sum',
    'events/CPU-s',
    cpuRates(readings.get('tumbling')!),
  ),
  figure(
    'windows/sliding',
    'sliding 1 m by 1 s, 1 k keys, count and sum',
    'events/CPU-s',
    cpuRates(readings.get('sliding')!),
  ),
  figure(
    'windows/keys',
    'tumbling 10 s, 10 k keys, count and sum, early results',
    'events/CPU-s',
    cpuRates(readings.get('keys')!),
  ),
  memoryPerKey(),
  checkpointStep(),
]);
