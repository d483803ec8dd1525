import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault, ManualClock, silentLogger, Telemetry } from '../base/index.ts';
import { adaptiveMethod } from '../detect/index.ts';
import {
  type Appender,
  Batch,
  type Episode,
  LabelSet,
  type MetricType,
  SeriesRegistry,
  type SeriesResolver,
} from '../model/index.ts';
import { createPipeline, pipelineConfigSchema } from '../pipeline/index.ts';
import { ChangeLog, createQueryEngine, type QueryEngine, queryConfigSchema } from '../query/index.ts';
import { createStore, type Store, storeConfigSchema } from '../store/index.ts';
import {
  type EpisodeEvent,
  ReloadableWatch,
  watchAppends,
  watchConfigSchema,
  watchesConfigSchema,
} from './index.ts';

export interface HarnessOptions {
  readonly startMs: number;
  readonly watch?: Readonly<Record<string, unknown>>;
  readonly watches?: readonly Readonly<Record<string, unknown>>[];
  readonly isDerived?: (metricName: string) => boolean;
}

/** A tenant's store and watch in event time: what is sent is stored, and the clock moves when told to. */
export class WatchHarness {
  readonly clock: ManualClock;
  readonly telemetry = new Telemetry();
  readonly events: EpisodeEvent[] = [];
  readonly #options: HarnessOptions;
  readonly #registry = new SeriesRegistry();
  readonly #dir: string;
  #state: Uint8Array | undefined;
  #store!: Store;
  #queries!: QueryEngine;
  #pipeline!: ReturnType<typeof createPipeline>;
  #watch: ReloadableWatch | undefined;

  private constructor(options: HarnessOptions) {
    this.#options = options;
    this.clock = new ManualClock(options.startMs);
    this.#dir = mkdtempSync(join(tmpdir(), 'statbar-watch-'));
  }

  static async open(options: HarnessOptions): Promise<WatchHarness> {
    const harness = new WatchHarness(options);
    const { clock, telemetry } = harness;
    const config = storeConfigSchema.parse({
      durability: 'memory',
      block_range: '400h',
      head_memory_limit: '1GiB',
    });
    const store = await createStore(config, {
      ...{ dir: harness.#dir, clock, telemetry, logger: silentLogger, registry: harness.#registry },
    });
    if (isFault(store)) throw new Error(store.message);
    harness.#store = store;
    const stored: Appender = {
      refusal: () => store.refusal(),
      append: (batch) => store.append(batch),
      lastSample: (seriesId) => store.lastSample(seriesId),
      lastHistogram: (seriesId) => store.lastHistogram(seriesId),
    };
    harness.#pipeline = createPipeline(pipelineConfigSchema.parse({}), {
      ...{ clock, telemetry, registry: harness.#registry },
      appender: watchAppends(stored, () => harness.#watch),
    });
    harness.#queries = createQueryEngine(queryConfigSchema.parse({}), {
      ...{ querier: store, clock, telemetry, logger: silentLogger, changes: new ChangeLog() },
    });
    return harness;
  }

  get watch(): ReloadableWatch {
    if (this.#watch === undefined) throw new Error('the watch has not been started');
    return this.#watch;
  }

  /** Begins to watch, with the last checkpoint if there is one. */
  async start(): Promise<void> {
    const { watch = {}, watches = [], isDerived = () => false } = this.#options;
    const engine = new ReloadableWatch(watchConfigSchema.parse(watch), watchesConfigSchema.parse(watches), {
      ...{ clock: this.clock, logger: silentLogger, telemetry: new Telemetry(), registry: this.#registry },
      ...{ resolver: this.#pipeline.resolver, querier: this.#store, engine: this.#queries },
      method: adaptiveMethod,
      log: {
        checkpoint: async (encode) => {
          this.#state = (await encode()).slice();
          return undefined;
        },
      },
      write: (batch) => this.#pipeline.consume(batch),
      isDerived,
    });
    // As from a file.
    engine.recover(this.#state === undefined ? undefined : Buffer.from(this.#state));
    engine.listen((event) => this.events.push(event));
    this.#watch = engine;
    await engine.start();
    await engine.advance();
  }

  /** By another configuration from now on. */
  async reload(
    watch: Readonly<Record<string, unknown>>,
    watches: readonly Readonly<Record<string, unknown>>[],
  ): Promise<boolean> {
    const reloaded = await this.watch.reload(
      watchConfigSchema.parse(watch),
      watchesConfigSchema.parse(watches),
    );
    await this.watch.advance();
    return reloaded;
  }

  /** As a crash would: nothing is written, only the last checkpoint is left. */
  crash(): void {
    this.#watch = undefined;
  }

  get resolver(): SeriesResolver {
    return this.#pipeline.resolver;
  }

  async consume(batch: Batch): Promise<void> {
    const fault = await this.#pipeline.consume(batch);
    if (fault !== undefined) throw new Error(fault.message);
  }

  type(metricName: string, type: MetricType): void {
    const batch = new Batch(1);
    batch.metadata.push({ metricName, type, unit: '', help: '' });
    void this.#pipeline.consume(batch);
  }

  /** Stores samples: [labels with __name__, time, value]. */
  async send(
    rows: ReadonlyArray<
      readonly [labels: Readonly<Record<string, string>>, timestampMs: number, value: number]
    >,
  ): Promise<void> {
    const batch = new Batch(rows.length);
    for (const [labels, timestampMs, value] of rows) {
      const seriesId = this.#pipeline.resolver.resolve(LabelSet.from(labels));
      if (typeof seriesId !== 'number') throw new Error(seriesId);
      batch.add(batch.pointCount++, seriesId, timestampMs, value);
    }
    await this.consume(batch);
  }

  /** Lets time pass, with everything that it brings. */
  async pass(durationMs: number): Promise<void> {
    this.clock.advance(durationMs);
    await this.#watch?.advance();
  }

  /** The latest start first. */
  episodes(): readonly Episode[] {
    return this.watch.episodes({
      ...{ active: undefined, fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY },
      ...{ scoreMin: 0, matcherSets: [], after: undefined, limit: 1000 },
    });
  }

  /** All samples that match, by series and time. */
  async stored(
    expression: string,
    timeMs: number,
  ): Promise<Readonly<Record<string, ReadonlyArray<readonly [number, number]>>>> {
    const result = await this.#queries.instant(expression, { timeMs });
    if (isFault(result)) throw new Error(result.message);
    if (result.value.type !== 'matrix') throw new Error('a range is expected');
    return Object.fromEntries(
      result.value.series
        .map(
          ({ labels, timestampsMs, values }) =>
            [
              labels.toString(),
              Array.from(timestampsMs, (timestampMs, i) => [timestampMs, values[i]] as const),
            ] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  async close(): Promise<void> {
    await this.#watch?.stop();
    await this.#store.close(10_000);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
