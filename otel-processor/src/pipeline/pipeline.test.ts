import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fault, isFault, ManualClock, retryable, Telemetry } from '../base/index.ts';
import { type Appender, Batch, type Histogram, LabelSet, SeriesRegistry } from '../model/index.ts';
import {
  createPipeline,
  MemoryGuard,
  OVERFLOW_METRIC,
  type Pipeline,
  pipelineConfigSchema,
} from './index.ts';

interface Row {
  readonly seriesId: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

/** Keeps every row; enough of an appender for a pipeline, which only ever looks at the newest one. */
class RowKeeper implements Appender {
  readonly rows: Row[] = [];
  fault: Fault | undefined;

  refusal(): Fault | undefined {
    return this.fault;
  }

  async append(batch: Batch): Promise<Fault | undefined> {
    for (let i = 0; i < batch.count; i++) {
      this.rows.push({
        seriesId: batch.seriesIds[i],
        timestampMs: batch.timestampsMs[i],
        value: batch.values[i],
        histogram: batch.histograms?.get(i),
      });
    }
    return undefined;
  }

  lastSample(seriesId: number): { timestampMs: number; value: number } | undefined {
    return this.rows.findLast((row) => row.seriesId === seriesId && row.histogram === undefined);
  }

  lastHistogram(seriesId: number): { timestampMs: number; histogram: Histogram } | undefined {
    const row = this.rows.findLast((each) => each.seriesId === seriesId);
    return row?.histogram === undefined
      ? undefined
      : { timestampMs: row.timestampMs, histogram: row.histogram };
  }
}

interface Setup {
  readonly clock: ManualClock;
  readonly registry: SeriesRegistry;
  readonly telemetry: Telemetry;
  readonly appender: RowKeeper;
  pipeline: Pipeline;
}

function setUp(config: Record<string, unknown> = {}, appender = new RowKeeper()): Setup {
  const clock = new ManualClock(1_000_000);
  const registry = new SeriesRegistry();
  const telemetry = new Telemetry();
  registry.getOrCreate(LabelSet.from({ __name__: 'first' }));
  const pipeline = createPipeline(pipelineConfigSchema.parse(config), {
    clock,
    registry,
    telemetry,
    appender,
  });
  return { clock, registry, telemetry, appender, pipeline };
}

function deltas(rows: ReadonlyArray<readonly [startMs: number, endMs: number, delta: number]>): Batch {
  const batch = new Batch();
  for (const [startMs, endMs, delta] of rows) {
    batch.markDelta(batch.add(batch.pointCount++, 0, endMs, delta), startMs);
  }
  return batch;
}

function written(appender: RowKeeper): Array<readonly [number, number]> {
  return appender.rows.map((row) => [row.timestampMs, row.value] as const);
}

test('aligned deltas add up, from a zero at the first start', async () => {
  const { pipeline, appender } = setUp();
  await pipeline.consume(deltas([[1000, 2000, 5]]));
  await pipeline.consume(deltas([[2000, 3000, 7]]));
  expect(written(appender)).toEqual([
    [1001, 0],
    [2000, 5],
    [3000, 12],
  ]);
});

test('deltas without a start time add up and never reset', async () => {
  const { pipeline, appender } = setUp();
  await pipeline.consume(
    deltas([
      [0, 1000, 1],
      [0, 5000, 2],
      [0, 6000, 3],
    ]),
  );
  expect(written(appender)).toEqual([
    [1000, 1],
    [5000, 3],
    [6000, 6],
  ]);
});

test('a gap resets the total, with a zero at the new start', async () => {
  const { pipeline, appender } = setUp();
  await pipeline.consume(deltas([[1000, 2000, 5]]));
  await pipeline.consume(deltas([[2500, 3000, 50]]));
  expect(written(appender).slice(2)).toEqual([
    [2501, 0],
    [3000, 50],
  ]);
});

test('an overlap resets the total after the last sample', async () => {
  const { pipeline, appender } = setUp();
  await pipeline.consume(deltas([[1000, 2000, 5]]));
  await pipeline.consume(deltas([[1500, 3000, 4]]));
  expect(written(appender).slice(2)).toEqual([
    [2001, 0],
    [3000, 4],
  ]);
});

test('a delta sent twice counts once and is no rejection', async () => {
  const { pipeline, appender } = setUp();
  await pipeline.consume(deltas([[1000, 2000, 5]]));
  const again = deltas([[1000, 2000, 5]]);
  expect(await pipeline.consume(again)).toBeUndefined();
  expect(again.rejections.points).toBe(0);
  expect(written(appender)).toEqual([
    [1001, 0],
    [2000, 5],
  ]);
});

test('a delta that ends before the last one is refused with a reason', async () => {
  const { pipeline } = setUp();
  await pipeline.consume(deltas([[1000, 2000, 5]]));
  const late = deltas([
    [500, 1000, 1],
    [2000, 3000, 1],
  ]);
  await pipeline.consume(late);
  expect(late.rejections.points).toBe(1);
  expect(late.rejections.counts.get('out_of_order_delta')).toBe(1);
});

test('totals continue after a restart', async () => {
  const first = setUp();
  await first.pipeline.consume(deltas([[1000, 2000, 5]]));
  const second = setUp({}, first.appender);
  await second.pipeline.consume(deltas([[1000, 2000, 5]]));
  await second.pipeline.consume(deltas([[2000, 3000, 7]]));
  expect(written(first.appender)).toEqual([
    [1001, 0],
    [2000, 5],
    [3000, 12],
  ]);
});

test('while the store refuses, no total moves: the retry counts', async () => {
  const { pipeline, appender } = setUp();
  appender.fault = retryable('unavailable', 'disk full', 1000);
  expect(isFault(await pipeline.consume(deltas([[1000, 2000, 5]])))).toBe(true);
  appender.fault = undefined;
  expect(await pipeline.consume(deltas([[1000, 2000, 5]]))).toBeUndefined();
  expect(written(appender).at(-1)).toEqual([2000, 5]);
});

test('a delta of a series that was retired meanwhile is to be sent again, and moves no total', async () => {
  const { pipeline, appender, registry } = setUp();
  registry.remove([0]);
  const fault = await pipeline.consume(deltas([[1000, 2000, 5]]));
  expect(isFault(fault) && fault.retryable).toBe(true);
  expect(appender.rows).toEqual([]);
});

test('types and help texts of a refused batch come with the next one', async () => {
  const { pipeline, appender } = setUp();
  const metadata = { metricName: 'm', type: 'counter', unit: '', help: 'M.' } as const;
  const refused = new Batch();
  refused.metadata.push(metadata);
  appender.fault = retryable('unavailable', 'disk full', 1000);
  await pipeline.consume(refused);
  appender.fault = undefined;
  const next = new Batch();
  await pipeline.consume(next);
  expect(next.metadata).toEqual([metadata]);
});

test('the increases that a reader sees are the deltas that were sent, however they were batched', async () => {
  const step = fc.record({
    gapMs: fc.constantFrom(0, 0, 0, 500),
    lengthMs: fc.integer({ min: 2, max: 2000 }),
    delta: fc.nat({ max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.infiniteStream(fc.boolean()),
      async (steps, cuts) => {
        const { pipeline, appender } = setUp();
        let atMs = 1000;
        let pending: Array<readonly [number, number, number]> = [];
        for (const { gapMs, lengthMs, delta } of steps) {
          const startMs = atMs + gapMs;
          atMs = startMs + lengthMs;
          pending.push([startMs, atMs, delta]);
          if (cuts.next().value) {
            await pipeline.consume(deltas(pending));
            await pipeline.consume(deltas(pending.slice(-1)));
            pending = [];
          }
        }
        await pipeline.consume(deltas(pending));
        let increase = 0;
        let previous = 0;
        for (const { value } of appender.rows) {
          increase += value < previous ? value : value - previous;
          previous = value;
        }
        expect(increase).toBe(steps.reduce((sum, { delta }) => sum + delta, 0));
      },
    ),
  );
});

test('histogram deltas merge bucket by bucket', async () => {
  const { pipeline, appender } = setUp();
  const histogram = (count: number): Histogram => ({
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: count,
    positiveSpans: [{ offset: count, length: 1 }],
    positiveBuckets: [count],
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: 'unknown',
  });
  for (const [startMs, endMs, count] of [
    [1000, 2000, 1],
    [2000, 3000, 2],
    [2000, 3000, 2],
  ]) {
    const batch = new Batch();
    batch.markDelta(batch.addHistogram(batch.pointCount++, 0, endMs, histogram(count)), startMs);
    await pipeline.consume(batch);
  }
  expect(appender.rows.map((row) => [row.timestampMs, row.histogram?.count])).toEqual([
    [1001, 0],
    [2000, 1],
    [3000, 3],
  ]);
  expect(appender.rows.at(-1)?.histogram?.positiveBuckets).toEqual([1, 2]);
});

test('a sample too far ahead of the clock is refused, its neighbours are kept', async () => {
  const { pipeline, appender, clock, telemetry } = setUp({ future_max: '1m' });
  const batch = new Batch();
  const nowMs = clock.nowMs();
  for (const timestampMs of [nowMs, nowMs + 60_001, nowMs + 60_000, Number.NaN]) {
    batch.add(batch.pointCount++, 0, timestampMs, 1);
  }
  await pipeline.consume(batch);
  expect(appender.rows.map((row) => row.timestampMs)).toEqual([nowMs, nowMs + 60_000]);
  expect(batch.rejections.message()).toContain('pipeline.future_max');
  expect(telemetry.render()).toContain('statbar_rejected_points_total{reason="too_far_in_future"} 2');
});

test('over the series limit known series pass and new ones end up in the overflow series', async () => {
  const { pipeline, appender, registry } = setUp({ series_max: 3 });
  const name = (i: number) => LabelSet.from({ __name__: 'm', i: String(i) });
  const ids = [0, 1, 0].map((i) => pipeline.resolver.resolve(name(i)));
  expect(ids).toEqual([1, 2, 1]);
  expect(pipeline.resolver.resolve(name(2))).toBe('series_limit');
  expect(pipeline.resolver.resolve(name(3))).toBe('series_limit');
  expect(pipeline.resolver.describe('series_limit', name(3))).toContain('pipeline.series_max is 3');
  await pipeline.consume(new Batch());
  const overflow = LabelSet.from({
    __name__: OVERFLOW_METRIC,
    limit: 'series_limit',
    metric: 'm',
    otel_metric_overflow: 'true',
  });
  expect(appender.rows.map((row) => [row.seriesId, row.value])).toEqual([[registry.find(overflow), 2]]);
});

test('new series are let in at the configured rate, and metric names of overflow are bounded', async () => {
  const { pipeline, clock, appender } = setUp({
    new_series_per_second: 1,
    new_series_burst: 2,
    overflow_metrics_max: 1,
  });
  const verdicts = (): unknown[] =>
    ['a', 'b', 'c', 'd', 'e'].map((metric) => pipeline.resolver.resolve(LabelSet.from({ __name__: metric })));
  expect(verdicts()).toEqual([1, 2, 'new_series_rate', 'new_series_rate', 'new_series_rate']);
  await pipeline.consume(new Batch());
  expect(appender.rows.map((row) => row.value)).toEqual([1, 2]);
  clock.advance(1000);
  expect(pipeline.resolver.resolve(LabelSet.from({ __name__: 'c' }))).toBeTypeOf('number');
});

test('requests wait outside while too many bytes are in flight, or memory is short', () => {
  const telemetry = new Telemetry();
  let residentBytes = 10;
  const guard = new MemoryGuard(
    { in_flight_bytes_max: 100, memory_limit: 0 },
    { residentBytes: () => residentBytes, availableBytes: () => 1000 },
    new ManualClock(),
    telemetry,
  );
  const held = guard.admit(150);
  expect(isFault(held)).toBe(false);
  const refused = guard.admit(1);
  expect(isFault(refused) && [refused.code, refused.retryable]).toEqual(['overloaded', true]);
  if (!isFault(held)) {
    held.release();
    held.release();
  }
  expect(isFault(guard.admit(100))).toBe(false);
  residentBytes = 751;
  guard.check();
  const short = guard.admit(0);
  expect(isFault(short) && short.message).toContain('pipeline.memory_limit');
  residentBytes = 740;
  guard.check();
  expect(isFault(guard.admit(0))).toBe(true);
  residentBytes = 700;
  guard.check();
  expect(isFault(guard.admit(0))).toBe(false);
  expect(telemetry.render()).toContain('statbar_backpressure_total{limit="memory_limit"} 2');
});
