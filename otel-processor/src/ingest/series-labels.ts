import type { Telemetry } from '../base/index.ts';
import { LabelSet, METRIC_NAME, type MetricType } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import { PointRefusal, quoted } from './point-refusal.ts';
import {
  type Attribute,
  LabelNamer,
  metricName,
  type NamedType,
  type NameStrategy,
  nameStrategy,
  unitName,
} from './translation/index.ts';

/** What a resource gives to each of its series, and the series that describes it. */
export interface ResourceLabels {
  readonly job: string | undefined;
  readonly instance: string | undefined;
  /** Label names and values. */
  readonly promoted: ReadonlyMap<string, string>;
  /** Labels of target_info; undefined when there is nothing to tell. */
  readonly targetInfo: LabelSet | undefined;
}

export interface ScopeText {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: readonly Attribute[];
}

export interface MetricText {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly type: NamedType;
  readonly family: MetricType;
}

/** One metric of a request, translated: what every series of it shares. */
export interface MetricLabels {
  /** Name without `_bucket`, `_sum` or `_count`. */
  readonly familyName: string;
  readonly unit: string;
  readonly help: string;
  readonly family: MetricType;
  readonly resource: ResourceLabels;
  readonly scope: ReadonlyMap<string, string>;
}

/** __name__, job and instance. */
const TARGET_INFO_LABELS = 3;

const IDENTIFYING = new Set(['service.name', 'service.namespace', 'service.instance.id']);

/**
 * OpenTelemetry's resource, scope, metric and attributes to Prometheus label sets (OpenTelemetry
 * specification, compatibility with Prometheus and OpenMetrics, "OTLP metric points to Prometheus").
 *
 * Two resources that differ only in attributes that no label shows (neither service.instance.id nor promoted)
 * give the same label sets: that is Prometheus's mapping. `instance_fallback_attributes` tells them apart.
 */
export class SeriesLabels {
  readonly names: LabelNamer;
  readonly #strategy: NameStrategy;
  readonly #config: IngestConfig;
  readonly #unnameable: { add(amount: number): void };
  readonly #overLimit: { add(amount: number): void };

  constructor(config: IngestConfig, telemetry: Telemetry) {
    this.#config = config;
    this.#strategy = nameStrategy(config.name_translation);
    this.names = new LabelNamer(this.#strategy);
    const dropped = (reason: string) =>
      telemetry.counter(
        'statbar_ingest_attributes_dropped_total',
        'Attributes left out of labels, by reason.',
        { reason },
      );
    this.#unnameable = dropped('unnameable');
    this.#overLimit = dropped('over_limit');
  }

  resource(attributes: readonly Attribute[]): ResourceLabels {
    const byKey = new Map<string, string>(attributes);
    const service = byKey.get('service.name') || undefined;
    const namespace = byKey.get('service.namespace') || undefined;
    const job = service === undefined || namespace === undefined ? service : `${namespace}/${service}`;
    const instance = this.#instance(byKey);
    const promoted = new Map<string, string>();
    for (const key of this.#config.promote_resource_attributes) {
      const value = byKey.get(key);
      const name = this.names.name(key);
      if (value !== undefined && value !== '' && name !== '') promoted.set(name, value);
    }
    return { job, instance, promoted, targetInfo: this.#targetInfo(byKey, job, instance) };
  }

  scope(scope: ScopeText): ReadonlyMap<string, string> {
    const labels = new Map<string, string>();
    if (!this.#config.scope_labels || scope.name === '') return labels;
    const attributes = this.names.translate(scope.attributes, () => this.#unnameable.add(1));
    for (const [name, value] of attributes) labels.set(`otel_scope_${name}`, value);
    labels.set('otel_scope_name', scope.name);
    if (scope.version !== '') labels.set('otel_scope_version', scope.version);
    if (scope.schemaUrl !== '') labels.set('otel_scope_schema_url', scope.schemaUrl);
    // Here, and not at each of its series, because they would each count them all again.
    if (labels.size > this.#config.labels_per_series_max)
      throw tooManyLabels(scope.name, labels.size, this.#config);
    return labels;
  }

  metric(metric: MetricText, resource: ResourceLabels, scope: ReadonlyMap<string, string>): MetricLabels {
    const familyName = metricName(this.#strategy, metric.name, metric.unit, metric.type);
    if (familyName === '') {
      throw new PointRefusal('invalid_name', () =>
        metric.name === ''
          ? 'a metric without a name'
          : `nothing is left of the metric name ${quoted(metric.name)}`,
      );
    }
    const { family, description: help } = metric;
    const unit = unitName(this.#strategy, metric.unit);
    return { familyName, unit, help, family, resource, scope };
  }

  /**
   * The labels of a point without its metric name. Later rules win: attributes, promoted resource attributes
   * (only where no attribute has the name), scope, job and instance.
   */
  point(metric: MetricLabels, attributes: readonly Attribute[]): Map<string, string> {
    const labels = this.names.translate(attributes, (key) => {
      throw new PointRefusal('invalid_label', () => `nothing is left of the attribute key ${quoted(key)}`);
    });
    const { resource, scope } = metric;
    for (const [name, value] of resource.promoted) if (!labels.has(name)) labels.set(name, value);
    for (const [name, value] of scope) labels.set(name, value);
    if (resource.job !== undefined) labels.set('job', resource.job);
    if (resource.instance !== undefined) labels.set('instance', resource.instance);
    return labels;
  }

  /** The label set of one series of a point; checked against the limits. */
  series(
    labels: ReadonlyMap<string, string>,
    name: string,
    extraName?: string,
    extraValue?: string,
  ): LabelSet {
    const names = [...labels.keys()];
    names.push(METRIC_NAME);
    if (extraName !== undefined) names.push(extraName);
    names.sort();
    const pairs: string[] = [];
    for (let i = 0; i < names.length; i++) {
      // What is given here beats an attribute of the same name, which then comes twice.
      if (i > 0 && names[i] === names[i - 1]) continue;
      const value =
        names[i] === METRIC_NAME ? name : names[i] === extraName ? extraValue : labels.get(names[i]);
      if (value !== undefined && value !== '') pairs.push(names[i], value);
    }
    const set = LabelSet.fromSortedPairs(pairs);
    checkLimits(set, this.#config);
    return set;
  }

  #instance(byKey: ReadonlyMap<string, string>): string | undefined {
    for (const key of ['service.instance.id', ...this.#config.instance_fallback_attributes]) {
      const value = byKey.get(key);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  }

  #targetInfo(
    byKey: ReadonlyMap<string, string>,
    job: string | undefined,
    instance: string | undefined,
  ): LabelSet | undefined {
    if (!this.#config.target_info || (job === undefined && instance === undefined)) return undefined;
    const others = [...byKey].filter(([key, value]) => !IDENTIFYING.has(key) && value !== '');
    if (others.length === 0) return undefined;
    const labels = this.names.translate(others, () => this.#unnameable.add(1));
    this.#keepWithinLimits(labels);
    if (labels.size === 0) return undefined;
    labels.set(METRIC_NAME, 'target_info');
    if (job !== undefined) labels.set('job', job);
    if (instance !== undefined) labels.set('instance', instance);
    return LabelSet.of(labels);
  }

  /** No point is lost for what target_info cannot hold: attributes over a limit are left out and counted. */
  #keepWithinLimits(labels: Map<string, string>): void {
    const { labels_per_series_max, label_name_length_max, label_value_length_max } = this.#config;
    let room = Math.max(0, labels_per_series_max - TARGET_INFO_LABELS);
    for (const name of [...labels.keys()].sort()) {
      const value = labels.get(name) ?? '';
      if (room > 0 && name.length <= label_name_length_max && value.length <= label_value_length_max) {
        room -= 1;
        continue;
      }
      labels.delete(name);
      this.#overLimit.add(1);
    }
  }
}

/** Throws a `PointRefusal` that names the first limit that `labels` is over. */
export function checkLimits(labels: LabelSet, config: IngestConfig): void {
  if (labels.size > config.labels_per_series_max) {
    throw tooManyLabels(labels.metricName ?? '', labels.size, config);
  }
  const { pairs } = labels;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] === METRIC_NAME ? pairs[i + 1] : pairs[i];
    if (name.length > config.label_name_length_max) {
      throw new PointRefusal(
        'label_name_too_long',
        () =>
          `the name ${quoted(name)} has ${name.length} characters (ingest.label_name_length_max is ${config.label_name_length_max})`,
      );
    }
    if (pairs[i] !== METRIC_NAME && pairs[i + 1].length > config.label_value_length_max) {
      throw new PointRefusal(
        'label_value_too_long',
        () =>
          `the value of ${quoted(name)} has ${pairs[i + 1].length} characters (ingest.label_value_length_max is ${config.label_value_length_max})`,
      );
    }
  }
}

function tooManyLabels(name: string, count: number, config: IngestConfig): PointRefusal {
  return new PointRefusal(
    'too_many_labels',
    () =>
      `${quoted(name)} has ${count} labels (ingest.labels_per_series_max is ${config.labels_per_series_max})`,
  );
}
