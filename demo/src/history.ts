import type { Attributes, HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type ResourceMetrics,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';
import { resourceAttributes } from './chat/fleet.ts';
import type { ChatInstance } from './chat/instance.ts';
import * as metrics from './chat/metrics.ts';

/**
 * Replays an instance's past into the SDK's own data model, with timestamps of then: what the SDK would have
 * exported at each step, several steps per request.
 */
export class InstanceHistory {
  readonly #instance: ChatInstance;
  readonly #startTime: HrTime;
  readonly #counters = new Map<metrics.MetricDefinition, Map<string, Total>>();
  readonly #histograms = new Map<string, MutableHistogram>();

  constructor(instance: ChatInstance, startMs: number) {
    this.#instance = instance;
    this.#startTime = hrTime(startMs);
  }

  /** Steps at fromMs, fromMs + stepMs, ... before toMs; each sums up the step before it. */
  export(fromMs: number, toMs: number, stepMs: number): { metrics: ResourceMetrics; pointCount: number } {
    const page = new Page(this.#startTime);
    for (let timeMs = fromMs; timeMs < toMs; timeMs += stepMs) this.#step(page, timeMs, stepMs);
    return {
      pointCount: page.pointCount,
      metrics: {
        resource: resourceFromAttributes(resourceAttributes(this.#instance.id)),
        scopeMetrics: [{ scope: metrics.scope, metrics: page.metrics() }],
      },
    };
  }

  #step(page: Page, timeMs: number, stepMs: number): void {
    const tick = this.#instance.tick(timeMs, stepMs / 1000);
    const region = this.#instance.id.region.name;
    const endTime = hrTime(timeMs);
    for (const device of tick.devices) {
      const user = { region, 'device.type': device.device };
      const versioned = { ...user, 'app.version': device.appVersion };
      this.#count(metrics.messages, versioned, device.messageCount);
      for (const [type, count] of device.errorCounts) {
        this.#count(metrics.errors, { ...versioned, 'error.type': type }, count);
      }
      for (const { variant, sessionCount, conversionCount } of device.variants) {
        this.#count(metrics.sessions, { ...user, variant }, sessionCount);
        this.#count(metrics.conversions, { ...user, variant }, conversionCount);
      }
      const histogram = this.#histogram(user);
      device.deliveriesS.forEach((durationS, index) => {
        histogram.record(durationS, device.weights[index]);
      });
    }
    for (const [definition, totals] of this.#counters) {
      for (const { attributes, value } of totals.values())
        page.sum(definition, true, attributes, endTime, value);
    }
    for (const histogram of this.#histograms.values()) page.histogram(histogram, endTime);
    page.sum(metrics.connections, false, { region }, endTime, tick.connectionCount);
    page.gauge(metrics.cpu, { region }, endTime, tick.cpuRatio);
    page.gauge(metrics.memory, { region }, endTime, tick.memoryBytes);
  }

  #count(definition: metrics.MetricDefinition, attributes: Attributes, amount: number): void {
    const totals = getOrAdd(this.#counters, definition, () => new Map<string, Total>());
    const key = Object.values(attributes).join();
    const total = totals.get(key);
    if (total === undefined) totals.set(key, { attributes, value: amount });
    else total.value += amount;
  }

  #histogram(attributes: Attributes): MutableHistogram {
    const key = Object.values(attributes).join();
    return getOrAdd(this.#histograms, key, () => new MutableHistogram(attributes));
  }
}

interface Total {
  readonly attributes: Attributes;
  value: number;
}

class MutableHistogram {
  readonly attributes: Attributes;
  readonly #counts = new Array<number>(metrics.deliveryBounds.length + 1).fill(0);
  #sum = 0;
  #count = 0;

  constructor(attributes: Attributes) {
    this.attributes = attributes;
  }

  record(value: number, weight: number): void {
    const index = metrics.deliveryBounds.findIndex((bound) => value <= bound);
    this.#counts[index < 0 ? this.#counts.length - 1 : index] += weight;
    this.#sum += value * weight;
    this.#count += weight;
  }

  snapshot(): Histogram {
    return {
      buckets: { boundaries: [...metrics.deliveryBounds], counts: [...this.#counts] },
      sum: this.#sum,
      count: this.#count,
    };
  }
}

/** The points of one request, by metric. */
class Page {
  pointCount = 0;
  readonly #startTime: HrTime;
  readonly #sums = new Map<metrics.MetricDefinition, { monotonic: boolean; points: DataPoint<number>[] }>();
  readonly #gauges = new Map<metrics.MetricDefinition, DataPoint<number>[]>();
  readonly #histogramPoints: DataPoint<Histogram>[] = [];

  constructor(startTime: HrTime) {
    this.#startTime = startTime;
  }

  sum(
    definition: metrics.MetricDefinition,
    monotonic: boolean,
    attributes: Attributes,
    endTime: HrTime,
    value: number,
  ): void {
    const entry = getOrAdd(this.#sums, definition, () => ({ monotonic, points: [] as DataPoint<number>[] }));
    entry.points.push(this.#point(attributes, endTime, value));
  }

  gauge(definition: metrics.MetricDefinition, attributes: Attributes, endTime: HrTime, value: number): void {
    const points = getOrAdd(this.#gauges, definition, () => [] as DataPoint<number>[]);
    points.push(this.#point(attributes, endTime, value));
  }

  histogram(histogram: MutableHistogram, endTime: HrTime): void {
    this.#histogramPoints.push(this.#point(histogram.attributes, endTime, histogram.snapshot()));
  }

  metrics(): ResourceMetrics['scopeMetrics'][number]['metrics'] {
    const sums = [...this.#sums].map(
      ([definition, { monotonic, points }]): SumMetricData => ({
        descriptor: descriptor(definition, ValueType.INT),
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
        dataPointType: DataPointType.SUM,
        isMonotonic: monotonic,
        dataPoints: points,
      }),
    );
    const gauges = [...this.#gauges].map(([definition, dataPoints]) => ({
      descriptor: descriptor(definition, ValueType.DOUBLE),
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.GAUGE as const,
      dataPoints,
    }));
    const histogram = {
      descriptor: descriptor(metrics.delivery, ValueType.DOUBLE),
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM as const,
      dataPoints: this.#histogramPoints,
    };
    return [...sums, ...gauges, histogram];
  }

  #point<T>(attributes: Attributes, endTime: HrTime, value: T): DataPoint<T> {
    this.pointCount += 1;
    return { startTime: this.#startTime, endTime, attributes, value };
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

function descriptor(definition: metrics.MetricDefinition, valueType: ValueType): SumMetricData['descriptor'] {
  return { ...definition, valueType };
}

function hrTime(timeMs: number): HrTime {
  const seconds = Math.floor(timeMs / 1000);
  return [seconds, Math.round((timeMs - seconds * 1000) * 1e6)];
}
