import type { Clock, Counter, Telemetry } from '../base/index.ts';
import {
  Batch,
  LabelSet,
  METRIC_NAME,
  type RejectReason,
  type SeriesRegistry,
  type SeriesResolver,
} from '../model/index.ts';
import type { PipelineConfig } from './config.ts';
import { TokenBucket } from './token-bucket.ts';

type CardinalityLimit = 'series_limit' | 'new_series_rate';

/** The series that says, per metric, how much a cardinality limit has refused. */
export const OVERFLOW_METRIC = 'statbar_overflow_samples_total';

/**
 * Guards the registry: known series pass, new ones only under the tenant's limits. What is refused shows up as
 * the series `statbar_overflow_samples_total{metric, limit, otel_metric_overflow="true"}` in the tenant's own
 * data, so that a dashboard sees that it is looking at a part.
 */
export class CardinalityGuard implements SeriesResolver {
  readonly #config: PipelineConfig;
  readonly #registry: SeriesRegistry;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #refused: Record<CardinalityLimit, Counter>;
  readonly #overflow = new Map<string, { readonly labels: LabelSet; count: number }>();
  readonly #metrics = new Set<string>();
  #changed = false;

  constructor(config: PipelineConfig, registry: SeriesRegistry, clock: Clock, telemetry: Telemetry) {
    this.#config = config;
    this.#registry = registry;
    this.#clock = clock;
    this.#bucket = new TokenBucket(
      config.new_series_per_second,
      config.new_series_burst,
      clock.monotonicMs(),
    );
    const counter = (limit: CardinalityLimit): Counter =>
      telemetry.counter(
        'statbar_cardinality_refused_total',
        'Samples of new series that a cardinality limit refused.',
        { limit },
      );
    this.#refused = { series_limit: counter('series_limit'), new_series_rate: counter('new_series_rate') };
  }

  get generation(): number {
    return this.#registry.generation;
  }

  resolve(labels: LabelSet): number | RejectReason {
    const known = this.#registry.find(labels);
    if (known !== undefined) return known;
    if (this.#registry.size >= this.#config.series_max) return this.#refuse('series_limit', labels);
    if (!this.#bucket.take(this.#clock.monotonicMs())) return this.#refuse('new_series_rate', labels);
    return this.#registry.getOrCreate(labels);
  }

  describe(reason: RejectReason, labels: LabelSet): string {
    const name = labels.metricName ?? labels.toString();
    if (reason === 'series_limit') {
      return `${name}: there are ${this.#registry.size} series already (pipeline.series_max is ${this.#config.series_max})`;
    }
    if (reason === 'new_series_rate') {
      return `${name}: too many new series at once (pipeline.new_series_per_second is ${this.#config.new_series_per_second})`;
    }
    return `${reason}: ${labels.toString()}`;
  }

  /** The rows to store for what was refused since the last call; undefined when nothing was. */
  takeOverflow(): Batch | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    const batch = new Batch(this.#overflow.size);
    const nowMs = this.#clock.nowMs();
    for (const { labels, count } of this.#overflow.values()) {
      // Past the limit on purpose: the number of these series has a bound of its own.
      batch.add(batch.pointCount++, this.#registry.getOrCreate(labels), nowMs, count);
    }
    return batch;
  }

  #refuse(limit: CardinalityLimit, labels: LabelSet): CardinalityLimit {
    this.#refused[limit].add(1);
    let metric = labels.metricName ?? '';
    if (!this.#metrics.has(metric)) {
      if (this.#metrics.size < this.#config.overflow_metrics_max) this.#metrics.add(metric);
      else metric = 'other';
    }
    const key = `${limit} ${metric}`;
    let entry = this.#overflow.get(key);
    if (entry === undefined) {
      const overflowLabels = { [METRIC_NAME]: OVERFLOW_METRIC, limit, metric, otel_metric_overflow: 'true' };
      entry = { labels: LabelSet.from(overflowLabels), count: 0 };
      this.#overflow.set(key, entry);
    }
    entry.count += 1;
    this.#changed = true;
    return limit;
  }
}
