import {
  type Clock,
  type Counter,
  type FamilyFacts,
  type Fault,
  parseLabelText,
  type Telemetry,
  type Timer,
} from '../../base/index.ts';
import { Batch, LabelSet, METRIC_NAME, type MetricMetadata, type SeriesRegistry } from '../../model/index.ts';

export interface SelfSeriesConfig {
  /** 0: never. */
  readonly interval: number;
  readonly series_max: number;
}

export interface SelfSeriesPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Which instruments are stored, and with which labels: see `Telemetry.render`. */
  readonly show: (labels: string) => string | undefined;
  /** Of the tenant that gets the series. */
  readonly registry: SeriesRegistry;
  consume(batch: Batch): Promise<Fault | undefined>;
  /** What every series bears, for example `job`. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Stores the service's own instruments as series, as a scrape of `/metrics` would, by the way that all samples go. The series
 * do not pass the limit on a tenant's series: they are needed most when it is reached, and have a limit of their own.
 */
export class SelfSeries {
  readonly #config: SelfSeriesConfig;
  readonly #ports: SelfSeriesPorts;
  /** Series ids by name and labels as `/metrics` has them; forgotten when the registry removed series. */
  #seriesIds = new Map<string, number>();
  #generation = -1;
  /** Counters that were stored before: a new one begins at 0. */
  readonly #counted = new Set<string>();
  #earlierMs: number;
  #describedCount = 0;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  readonly #omitted: Counter;
  readonly #unstored: Counter;

  constructor(config: SelfSeriesConfig, ports: SelfSeriesPorts) {
    this.#config = config;
    this.#ports = ports;
    const { telemetry, clock } = ports;
    this.#earlierMs = clock.nowMs();
    this.#omitted = telemetry.counter(
      'statbar_self_omitted_total',
      'Numbers of this page that were not stored as series because of `serve.self_metrics.series_max`.',
    );
    this.#unstored = telemetry.counter(
      'statbar_self_unstored_total',
      'Readings of this page that could not be stored.',
    );
  }

  start(): void {
    const { interval } = this.#config;
    if (interval > 0) this.#timer = this.#ports.clock.every(interval, () => void this.store());
  }

  /** Settles when what was read is stored. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#running;
  }

  /** Reads all instruments once. Where the disk is slow, a reading is left out. */
  store(): Promise<void> {
    this.#running ??= this.#store().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #store(): Promise<void> {
    const { registry, consume, clock } = this.#ports;
    if (this.#generation !== registry.generation) {
      this.#generation = registry.generation;
      this.#seriesIds = new Map();
    }
    const nowMs = clock.nowMs();
    const batch = this.#read(nowMs);
    // Also where nothing was stored: what comes next is new since then.
    this.#earlierMs = nowMs;
    if ((await consume(batch)) !== undefined) this.#unstored.add(1);
  }

  #read(nowMs: number): Batch {
    const { telemetry, show } = this.#ports;
    const batch = new Batch(this.#seriesIds.size + 64);
    const families = new Set<FamilyFacts>();
    telemetry.each(show, (family, suffix, labels, value) => {
      families.add(family);
      const key = `${family.name}${suffix}{${labels}}`;
      const seriesId = this.#seriesIds.get(key) ?? this.#resolve(key, family.name + suffix, labels);
      if (seriesId === undefined) return;
      const point = batch.pointCount++;
      if (family.type !== 'gauge' && !this.#counted.has(key)) {
        this.#counted.add(key);
        // Instruments appear with their first event, which a rate would not see without what was before.
        if (this.#earlierMs < nowMs) batch.add(point, seriesId, this.#earlierMs, 0);
      }
      batch.add(point, seriesId, nowMs, value);
    });
    if (families.size !== this.#describedCount) {
      this.#describedCount = families.size;
      batch.metadata = [...families].map(metadataOf);
    }
    return batch;
  }

  #resolve(key: string, name: string, labels: string): number | undefined {
    if (this.#seriesIds.size >= this.#config.series_max) {
      this.#omitted.add(1);
      return undefined;
    }
    const own = Object.entries({ ...this.#ports.labels, [METRIC_NAME]: name });
    const labelSet = LabelSet.of([...parseLabelText(labels), ...own]);
    const seriesId = this.#ports.registry.getOrCreate(labelSet);
    this.#seriesIds.set(key, seriesId);
    return seriesId;
  }
}

function metadataOf({ name, type, help }: FamilyFacts): MetricMetadata {
  return { metricName: name, type, unit: '', help };
}
