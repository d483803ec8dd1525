import { join } from 'node:path';
import {
  type Fault,
  isFault,
  ManualClock,
  silentLogger,
  Telemetry,
} from '../../../otel-processor/src/base/index.ts';
import { type Config, configSchema } from '../../../otel-processor/src/config/index.ts';
import {
  Batch,
  type Histogram,
  type LabelSet,
  SeriesRegistry,
} from '../../../otel-processor/src/model/index.ts';
import { createPipeline, type Pipeline } from '../../../otel-processor/src/pipeline/index.ts';
import { createQueryEngine } from '../../../otel-processor/src/query/index.ts';
import type { QueryEngine } from '../../../otel-processor/src/query/types.ts';
import { createStore, type Store } from '../../../otel-processor/src/store/index.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';

/** A sample of a script on its way in; `undefined` as value is a staleness marker. */
export interface ScriptSample {
  readonly labels: LabelSet;
  readonly timestampMs: number;
  readonly value: number | Histogram | undefined;
  /** Set for a delta: the start of its interval. */
  readonly startMs?: number;
}

/** The real way of data, under a clock that only the script moves: pipeline, store on disk, query engine. */
export class World {
  readonly clock = new ManualClock(0);
  readonly telemetry = new Telemetry();
  readonly #temp: TempDir = createTempDir('script');
  #config: Config = configSchema.parse({});
  #registry = new SeriesRegistry();
  #pipeline: Pipeline | undefined;
  #store: Store | undefined;
  #engine: QueryEngine | undefined;
  #generation = 0;

  get engine(): QueryEngine {
    if (this.#engine === undefined) throw new Error('the world is not open');
    return this.#engine;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('the world is not open');
    return this.#store;
  }

  /** Forgets all data; from here on with this configuration, or with the one before. */
  async clear(config: Config = this.#config): Promise<void> {
    await this.close();
    this.#config = config;
    this.#generation += 1;
    await this.open();
  }

  async open(): Promise<void> {
    const { clock, telemetry } = this;
    const registry = new SeriesRegistry();
    const store = mustBe(
      await createStore(this.#config.store, {
        dir: join(this.#temp.path, String(this.#generation)),
        clock,
        logger: silentLogger,
        telemetry,
        registry,
      }),
    );
    this.#registry = registry;
    this.#store = store;
    this.#pipeline = createPipeline(this.#config.pipeline, { clock, telemetry, registry, appender: store });
    this.#engine = createQueryEngine(this.#config.query, {
      querier: store,
      clock,
      telemetry,
      logger: silentLogger,
    });
  }

  async close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    if (store !== undefined) await store.close(10_000);
  }

  /** Closes the store and opens it again from its files. */
  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  async end(): Promise<void> {
    await this.close();
    this.#temp.remove();
  }

  /** Sends samples as one request; the batch tells what was refused. */
  async append(samples: readonly ScriptSample[]): Promise<Batch> {
    if (this.#pipeline === undefined) throw new Error('the world is not open');
    const { resolver } = this.#pipeline;
    const batch = new Batch(Math.max(1, samples.length));
    samples.forEach(({ labels, timestampMs, value, startMs }, point) => {
      batch.pointCount = point + 1;
      const seriesId = resolver.resolve(labels);
      if (typeof seriesId !== 'number') {
        batch.rejections.reject(point, seriesId, () => resolver.describe(seriesId, labels));
        return;
      }
      if (value === undefined) batch.addStale(point, seriesId, timestampMs);
      else if (typeof value !== 'number') batch.addHistogram(point, seriesId, timestampMs, value);
      else {
        const row = batch.add(point, seriesId, timestampMs, value);
        if (startMs !== undefined) batch.markDelta(row, startMs);
      }
    });
    const fault = await this.#pipeline.consume(batch);
    if (fault !== undefined) throw new Error(`the store refused the request: ${fault.message}`);
    return batch;
  }

  /** Number of series in memory. */
  get seriesCount(): number {
    return this.#registry.size;
  }
}

function mustBe<T>(value: T | Fault): T {
  if (isFault(value)) throw new Error(value.message);
  return value;
}
