import { createFleet, type InstanceId } from '../../demo/src/chat/fleet.ts';
import { ChatInstance, type World } from '../../demo/src/chat/instance.ts';
import { deliveryBounds } from '../../demo/src/chat/metrics.ts';
import {
  type Batch,
  LabelSet,
  type MetricType,
  type SeriesResolver,
} from '../../otel-processor/src/model/index.ts';

/** The demo's metrics under the names that they have in the store. */
export const demoMetrics: ReadonlyArray<readonly [name: string, type: MetricType]> = [
  ['chat_messages_total', 'counter'],
  ['chat_errors_total', 'counter'],
  ['shop_sessions_total', 'counter'],
  ['shop_conversions_total', 'counter'],
  ['chat_delivery_duration_seconds', 'histogram'],
  ['chat_connections', 'gauge'],
  ['chat_cpu_utilization_ratio', 'gauge'],
  ['chat_memory_usage_bytes', 'gauge'],
];

const bounds = [...deliveryBounds.map(String), '+Inf'];

type Labels = Readonly<Record<string, string>>;

/** One instance of the demo's chat service, as rows of batches instead of exports. */
export class DemoInstance {
  readonly #id: InstanceId;
  readonly #instance: ChatInstance;
  readonly #resolver: SeriesResolver;
  readonly #series = new Map<string, number>();
  /** Series of a device's buckets, most of all series. */
  readonly #buckets = new Map<string, readonly number[]>();
  #totals = new Map<number, number>();

  constructor(id: InstanceId, world: World, resolver: SeriesResolver) {
    this.#id = id;
    this.#instance = new ChatInstance(id, world);
    this.#resolver = resolver;
  }

  /** The process has been restarted: its counters begin at 0. */
  restart(): void {
    this.#totals = new Map();
  }

  /** What happened in the `durationS` before `timeMs`. */
  add(batch: Batch, timeMs: number, durationS: number): void {
    const tick = this.#instance.tick(timeMs, durationS);
    const region = this.#id.region.name;
    const countSeries = (seriesId: number, amount: number): void => {
      const total = (this.#totals.get(seriesId) ?? 0) + amount;
      this.#totals.set(seriesId, total);
      batch.add(batch.pointCount++, seriesId, timeMs, total);
    };
    const count = (name: string, labels: Labels, amount: number): void =>
      countSeries(this.#seriesOf(name, labels), amount);
    for (const { device, appVersion, ...did } of tick.devices) {
      const user = { region, device_type: device };
      const versioned = { ...user, app_version: appVersion };
      count('chat_messages_total', versioned, did.messageCount);
      for (const [type, errors] of did.errorCounts)
        count('chat_errors_total', { ...versioned, error_type: type }, errors);
      for (const { variant, sessionCount, conversionCount } of did.variants) {
        count('shop_sessions_total', { ...user, variant }, sessionCount);
        count('shop_conversions_total', { ...user, variant }, conversionCount);
      }
      const buckets = new Array<number>(bounds.length).fill(0);
      did.deliveriesS.forEach((durationS, i) => {
        const at = deliveryBounds.findIndex((bound) => durationS <= bound);
        for (let k = at < 0 ? bounds.length - 1 : at; k < bounds.length; k++) buckets[k] += did.weights[i];
      });
      this.#bucketsOf(device, user).forEach((seriesId, k) => {
        countSeries(seriesId, buckets[k]);
      });
    }
    const gauge = (name: string, value: number): void => {
      batch.add(batch.pointCount++, this.#seriesOf(name, { region }), timeMs, value);
    };
    gauge('chat_connections', tick.connectionCount);
    gauge('chat_cpu_utilization_ratio', tick.cpuRatio);
    gauge('chat_memory_usage_bytes', tick.memoryBytes);
  }

  #bucketsOf(device: string, user: Labels): readonly number[] {
    let seriesIds = this.#buckets.get(device);
    if (seriesIds === undefined) {
      seriesIds = bounds.map((le) =>
        this.#seriesOf('chat_delivery_duration_seconds_bucket', { ...user, le }),
      );
      this.#buckets.set(device, seriesIds);
    }
    return seriesIds;
  }

  #seriesOf(name: string, labels: Labels): number {
    const key = `${name}/${Object.values(labels).join('/')}`;
    let seriesId = this.#series.get(key);
    if (seriesId === undefined) {
      const all = { __name__: name, job: 'demo/chat', instance: this.#id.id, ...labels };
      const resolved = this.#resolver.resolve(LabelSet.from(all));
      if (typeof resolved !== 'number') throw new Error(`no series for ${key}: ${resolved}`);
      seriesId = resolved;
      this.#series.set(key, seriesId);
    }
    return seriesId;
  }
}

export function demoFleet(world: World, resolver: SeriesResolver): DemoInstance[] {
  return createFleet(world.seed).map((id) => new DemoInstance(id, world, resolver));
}
