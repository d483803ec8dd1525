import { type Clock, type Counter, type Fault, retryable, type Telemetry } from '../base/index.ts';
import type {
  Appender,
  Batch,
  Consumer,
  MetricMetadata,
  SeriesRegistry,
  SeriesResolver,
} from '../model/index.ts';
import { CardinalityGuard } from './cardinality.ts';
import type { PipelineConfig } from './config.ts';
import { DeltaTotal } from './delta-total.ts';

export interface PipelinePorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly registry: SeriesRegistry;
  readonly appender: Appender;
}

/** How long the overflow series may lag behind what was refused. */
const OVERFLOW_PERIOD_MS = 1000;
/** Types and help texts remembered while the store refuses. */
const KEPT_METADATA_MAX = 100_000;
const RETIRED_RETRY_MS = 1000;

/** One tenant's way from decoded batch to store: limits, delta to cumulative, and the counts of both. */
export class Pipeline implements Consumer {
  readonly resolver: SeriesResolver;
  readonly #config: PipelineConfig;
  readonly #ports: PipelinePorts;
  readonly #guard: CardinalityGuard;
  readonly #deltas: DeltaTotal;
  readonly #points: Counter;
  readonly #samples: Counter;
  readonly #rejected = new Map<string, Counter>();
  #overflowDueMs = 0;
  #keptMetadata: MetricMetadata[] = [];

  constructor(config: PipelineConfig, ports: PipelinePorts) {
    const { clock, telemetry, registry, appender } = ports;
    this.#config = config;
    this.#ports = ports;
    this.#guard = new CardinalityGuard(config, registry, clock, telemetry);
    this.resolver = this.#guard;
    this.#deltas = new DeltaTotal(appender);
    this.#points = telemetry.counter(
      'statbar_received_points_total',
      'Data points decoded, refused ones included.',
    );
    this.#samples = telemetry.counter('statbar_accepted_samples_total', 'Samples handed to the store.');
    const { counts } = this.#deltas;
    const observe = (event: keyof typeof counts): void =>
      telemetry.observed(
        'statbar_delta_events_total',
        'Deltas seen twice, and resets of a running total by a gap or an overlap.',
        'counter',
        () => counts[event],
        { event },
      );
    observe('duplicates');
    observe('gaps');
    observe('overlaps');
  }

  /** See `Consumer`. Rows refused here or by the store are counted by reason. */
  async consume(batch: Batch): Promise<Fault | undefined> {
    const { appender, registry, clock } = this.#ports;
    // Before anything changes: a total must not count a delta that is then not stored.
    const refusal = appender.refusal();
    if (refusal !== undefined) {
      // Decoders tell a metric's type and help once: the next batch brings them along.
      if (this.#keptMetadata.length < KEPT_METADATA_MAX) this.#keptMetadata.push(...batch.metadata);
      return refusal;
    }
    if (this.#keptMetadata.length > 0) {
      batch.metadata = [...this.#keptMetadata, ...batch.metadata];
      this.#keptMetadata = [];
    }
    if (batch.flags !== undefined && !this.#allLive(batch)) {
      return retryable('unavailable', 'a series was retired meanwhile; send again', RETIRED_RETRY_MS);
    }
    this.#rejectFuture(batch, clock.nowMs());
    this.#deltas.syncGeneration(registry.generation);
    const converted = this.#deltas.convert(batch);
    const stored = appender.append(converted);
    const overflow = this.#storeOverflow();
    // The columns now belong to the store; what follows looks only at counts.
    this.#points.add(batch.pointCount);
    this.#samples.add(converted.count);
    const fault = await stored;
    await overflow;
    for (const [reason, count] of batch.rejections.counts) this.#countRejected(reason, count);
    return fault;
  }

  /** The store refuses rows of series that are gone: with deltas that must be known before totals move. */
  #allLive(batch: Batch): boolean {
    const { registry } = this.#ports;
    for (let row = 0; row < batch.count; row++) if (!registry.isLive(batch.seriesIds[row])) return false;
    return true;
  }

  #rejectFuture(batch: Batch, nowMs: number): void {
    const latestMs = nowMs + this.#config.future_max;
    const { timestampsMs } = batch;
    let keep: Uint8Array | undefined;
    for (let row = 0; row < batch.count; row++) {
      if (timestampsMs[row] <= latestMs) continue;
      keep ??= new Uint8Array(batch.count).fill(1);
      keep[row] = 0;
      batch.rejections.reject(
        batch.points[row],
        'too_far_in_future',
        () =>
          `a sample ${Math.round((timestampsMs[row] - nowMs) / 1000)} s ahead of the clock (pipeline.future_max is ${this.#config.future_max} ms)`,
      );
    }
    if (keep !== undefined) batch.filter(keep);
  }

  #storeOverflow(): Promise<Fault | undefined> | undefined {
    const nowMs = this.#ports.clock.monotonicMs();
    if (nowMs < this.#overflowDueMs) return undefined;
    const overflow = this.#guard.takeOverflow();
    if (overflow === undefined) return undefined;
    this.#overflowDueMs = nowMs + OVERFLOW_PERIOD_MS;
    return this.#ports.appender.append(overflow);
  }

  #countRejected(reason: string, count: number): void {
    let counter = this.#rejected.get(reason);
    if (counter === undefined) {
      counter = this.#ports.telemetry.counter(
        'statbar_rejected_points_total',
        'Data points refused, by reason.',
        { reason },
      );
      this.#rejected.set(reason, counter);
    }
    counter.add(count);
  }
}

export function createPipeline(config: PipelineConfig, ports: PipelinePorts): Pipeline {
  return new Pipeline(config, ports);
}
