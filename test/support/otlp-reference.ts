import {
  type Batch,
  isStale,
  LabelSet,
  type SeriesRegistry,
  wordsOf,
} from '../../otel-processor/src/model/index.ts';

/**
 * A naive OTLP decoder over plain objects (protobufjs's `toObject` with longs as text and bytes as base64): slow,
 * short, and written apart from the real one, whose rows must be the same. Default name translation only, and
 * attribute values that are plain text.
 */
type Json = Readonly<Record<string, unknown>>;

export interface ReferenceResult {
  /** One line per row: labels, time, value, and where a delta began. In the order of the request. */
  readonly rows: readonly string[];
  readonly pointCount: number;
  readonly rejectedCount: number;
}

interface Context {
  readonly base: ReadonlyMap<string, string>;
  readonly name: string;
  readonly delta: boolean;
  readonly monotonic: boolean;
}

const suffixOfUnit: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  By: 'bytes',
  '%': 'percent',
};

export function referenceDecode(request: Json): ReferenceResult {
  const rows: string[] = [];
  let pointCount = 0;
  let rejectedCount = 0;
  for (const resourceMetrics of list(request['resourceMetrics'])) {
    const resource = attributesOf(list(object(resourceMetrics['resource'])['attributes']));
    for (const scopeMetrics of list(resourceMetrics['scopeMetrics'])) {
      const base = baseLabels(resource, scopeMetrics);
      for (const metric of list(scopeMetrics['metrics'])) {
        const kind = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'].find(
          (key) => metric[key],
        );
        if (kind === undefined) continue;
        const data = object(metric[kind]);
        const context: Context = {
          base,
          name: nameOf(metric, kind, data['isMonotonic'] === true),
          delta: data['aggregationTemporality'] === 1,
          monotonic: data['isMonotonic'] === true,
        };
        const timeless = kind === 'gauge' || kind === 'summary';
        const temporal = timeless || [1, 2].includes(Number(data['aggregationTemporality'] ?? 0));
        for (const point of list(data['dataPoints'])) {
          pointCount += 1;
          const made = temporal && context.name !== '' ? pointRows(kind, point, context) : undefined;
          if (made === undefined) rejectedCount += 1;
          else rows.push(...made);
        }
      }
    }
  }
  return { rows, pointCount, rejectedCount };
}

function pointRows(kind: string, point: Json, context: Context): string[] | undefined {
  if (ns(point['timeUnixNano']) === 0n) return undefined;
  const time = `@${ns(point['timeUnixNano']) / 1_000_000n}`;
  const start = context.delta ? ` delta ${ns(point['startTimeUnixNano']) / 1_000_000n}` : '';
  const stale = (Number(point['flags'] ?? 0) & 1) === 1;
  const labels = new Map(joinLabels(attributesOf(list(point['attributes']))));
  for (const [name, value] of context.base) labels.set(name, value);
  const row = (name: string, value: unknown, extra: Record<string, string> = {}): string => {
    const set = LabelSet.from({ ...Object.fromEntries(labels), ...extra, __name__: name });
    return stale ? `${set} ${time} stale` : `${set} ${time} ${value}${start}`;
  };
  const { name } = context;
  if (kind === 'gauge' || kind === 'sum') {
    const value = point['asInt'] !== undefined ? Number(BigInt(String(point['asInt']))) : point['asDouble'];
    if (stale) return [row(name, value)];
    const addable = Number.isFinite(value) && !(context.monotonic && Number(value) < 0);
    const refused = value === undefined || (kind === 'sum' && context.delta && !addable);
    return refused ? undefined : [row(name, value)];
  }
  const sumAddable = point['sum'] === undefined || Number.isFinite(point['sum']);
  if (kind !== 'summary' && context.delta && !stale && !sumAddable) return undefined;
  if (kind === 'histogram') return histogramRows(point, stale, row, name);
  if (kind === 'summary') return summaryRows(point, row, name);
  return exponentialRows(point, stale, row, name);
}

type Row = (name: string, value: unknown, extra?: Record<string, string>) => string;

function histogramRows(point: Json, stale: boolean, row: Row, name: string): string[] | undefined {
  const counts = numbers(point['bucketCounts']);
  const bounds = numbers(point['explicitBounds']);
  const count = Number(point['count'] ?? 0);
  const sum = counts.reduce((total, each) => total + each, 0);
  const plain = counts.length === 0 && bounds.length === 0;
  const increasing = bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > bounds[i - 1]));
  if (!stale && !plain && (counts.length !== bounds.length + 1 || !increasing || sum !== count))
    return undefined;
  let cumulative = 0;
  const rows = bounds.map((bound, i) => {
    cumulative += counts[i] ?? 0;
    return row(`${name}_bucket`, cumulative, { le: String(bound) });
  });
  rows.push(row(`${name}_bucket`, count, { le: '+Inf' }), row(`${name}_count`, count));
  if (point['sum'] !== undefined) rows.push(row(`${name}_sum`, point['sum']));
  return rows;
}

function summaryRows(point: Json, row: Row, name: string): string[] | undefined {
  const quantiles = list(point['quantileValues']).map((each) => [
    Number(each['quantile'] ?? 0),
    Number(each['value'] ?? 0),
  ]);
  const valid = quantiles.every(
    ([quantile, value], i) =>
      quantile >= 0 && quantile <= 1 && value >= 0 && (i === 0 || quantile > quantiles[i - 1][0]),
  );
  if (!valid) return undefined;
  const rows = quantiles.map(([quantile, value]) => row(name, value, { quantile: String(quantile) }));
  return [...rows, row(`${name}_count`, Number(point['count'] ?? 0)), row(`${name}_sum`, point['sum'] ?? 0)];
}

/** Buckets of a native histogram as `index:count`, each index moved to the upper bound, merged down to scale 8. */
function exponentialRows(point: Json, stale: boolean, row: Row, name: string): string[] | undefined {
  if (stale) return [row(name, 'stale')];
  const scale = Number(point['scale'] ?? 0);
  const schema = Math.min(8, scale);
  const merge = 2 ** (scale - schema);
  const side = (buckets: Json): Map<number, number> => {
    const merged = new Map<number, number>();
    numbers(buckets['bucketCounts']).forEach((count, i) => {
      const index = Math.floor((Number(buckets['offset'] ?? 0) + i) / merge) + 1;
      if (count > 0) merged.set(index, (merged.get(index) ?? 0) + count);
    });
    return merged;
  };
  const positive = side(object(point['positive']));
  const negative = side(object(point['negative']));
  const zero = Number(point['zeroCount'] ?? 0);
  const total = [...positive.values(), ...negative.values()].reduce((sum, each) => sum + each, zero);
  if (scale < -4 || total !== Number(point['count'] ?? 0)) return undefined;
  const text = (buckets: Map<number, number>) => [...buckets].map((bucket) => bucket.join(':')).join(' ');
  const threshold = Number(point['zeroThreshold'] ?? 0) || 1e-128;
  const sum = point['sum'] ?? Number.NaN;
  return [
    row(name, `h${schema} +[${text(positive)}] -[${text(negative)}] z${zero}/${threshold} n${total} s${sum}`),
  ];
}

/** The rows of a batch in the words of `ReferenceResult`, without those of target_info. */
export function describeRows(batch: Batch, registry: SeriesRegistry): string[] {
  const rows: string[] = [];
  const words = wordsOf(batch.values);
  for (let row = 0; row < batch.count; row++) {
    const labels = registry.labels(batch.seriesIds[row]);
    if (batch.points[row] >= batch.pointCount) continue;
    const histogram = batch.histograms?.get(row);
    let value = String(batch.values[row]);
    if (histogram !== undefined) {
      const side = (spans: typeof histogram.positiveSpans, buckets: readonly number[]): string => {
        const parts: string[] = [];
        let index = 0;
        let at = 0;
        for (const span of spans) {
          index += span.offset;
          for (let i = 0; i < span.length; i++, index++, at++)
            if (buckets[at] > 0) parts.push(`${index}:${buckets[at]}`);
        }
        return parts.join(' ');
      };
      const positive = side(histogram.positiveSpans, histogram.positiveBuckets);
      const negative = side(histogram.negativeSpans, histogram.negativeBuckets);
      value = `h${histogram.schema} +[${positive}] -[${negative}] z${histogram.zeroCount}/${histogram.zeroThreshold} n${histogram.count} s${histogram.sum}`;
    }
    if (isStale(words, row)) value = 'stale';
    const delta = batch.flags?.[row] === 1 ? ` delta ${batch.startTimesMs![row]}` : '';
    rows.push(`${labels} @${batch.timestampsMs[row]} ${value}${delta}`);
  }
  return rows;
}

function baseLabels(resource: ReadonlyMap<string, string>, scopeMetrics: Json): Map<string, string> {
  const base = new Map<string, string>();
  const scope = object(scopeMetrics['scope']);
  if (scope['name']) {
    for (const [name, value] of joinLabels(attributesOf(list(scope['attributes']))))
      base.set(`otel_scope_${name}`, value);
    base.set('otel_scope_name', String(scope['name']));
    base.set('otel_scope_version', String(scope['version'] ?? ''));
    base.set('otel_scope_schema_url', String(scopeMetrics['schemaUrl'] ?? ''));
  }
  const service = resource.get('service.name');
  const namespace = resource.get('service.namespace');
  if (service) base.set('job', namespace ? `${namespace}/${service}` : service);
  const instance = resource.get('service.instance.id');
  if (instance) base.set('instance', instance);
  return base;
}

function nameOf(metric: Json, kind: string, monotonic: boolean): string {
  const unit = String(metric['unit'] ?? '');
  let words = String(metric['name'] ?? '')
    .split(/[^a-zA-Z0-9:]/)
    .filter((word) => word !== '');
  if (words.length === 0) return '';
  const suffix = suffixOfUnit[unit];
  if (suffix !== undefined && !words.includes(suffix)) words.push(suffix);
  const last = kind === 'sum' && monotonic ? 'total' : kind === 'gauge' && unit === '1' ? 'ratio' : undefined;
  if (last !== undefined) words = [...words.filter((word) => word !== last), last];
  const name = words.join('_');
  return /^\d/.test(name) ? `_${name}` : name;
}

function joinLabels(attributes: ReadonlyMap<string, string>): Map<string, string> {
  const labels = new Map<string, string>();
  for (const key of [...attributes.keys()].sort()) {
    let name = key.replace(/[^a-zA-Z0-9]+/g, '_');
    if (/^\d/.test(name)) name = `key_${name}`;
    const before = labels.get(name);
    labels.set(name, before === undefined ? attributes.get(key)! : `${before};${attributes.get(key)}`);
  }
  return labels;
}

function attributesOf(items: readonly Json[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const item of items) {
    const value = object(item['value']);
    const scalar =
      value['stringValue'] ?? value['intValue'] ?? value['boolValue'] ?? value['doubleValue'] ?? '';
    if (item['key']) attributes.set(String(item['key']), String(scalar));
  }
  return attributes;
}

function list(value: unknown): readonly Json[] {
  return (value ?? []) as readonly Json[];
}

function object(value: unknown): Json {
  return (value ?? {}) as Json;
}

function numbers(value: unknown): number[] {
  return ((value ?? []) as readonly unknown[]).map(Number);
}

function ns(value: unknown): bigint {
  return BigInt(String(value ?? 0));
}
