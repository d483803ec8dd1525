import { type CounterResetHint, CUSTOM_BUCKETS_SCHEMA, type Histogram } from '../../model/index.ts';

export interface NotedHistogram {
  readonly histogram: Histogram;
  /** The hint was written out. */
  readonly hinted: boolean;
}

/** `{{schema:1 sum:3 count:22 buckets:[5 10 7]}}`, as in Prometheus's unit tests. */
export function parseHistogramNotation(text: string): NotedHistogram {
  const fields = new Map<string, string>();
  for (const [, key, value] of text.slice(2, -2).matchAll(/([a-z_]+):\s*(\[[^\]]*\]|[^\s\]]+)/g))
    fields.set(key, value);
  const numberOf = (key: string): number => parse(fields.get(key) ?? '0');
  const listOf = (key: string): number[] =>
    (fields.get(key) ?? '[]')
      .slice(1, -1)
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(parse);
  const schema = numberOf('schema');
  const positiveBuckets = listOf('buckets');
  const negativeBuckets = listOf('n_buckets');
  const spans = (offset: number, length: number) => (length === 0 ? [] : [{ offset, length }]);
  const histogram: Histogram = {
    schema,
    zeroThreshold: numberOf('z_bucket_w'),
    zeroCount: numberOf('z_bucket'),
    count: numberOf('count'),
    sum: numberOf('sum'),
    positiveSpans: spans(numberOf('offset'), positiveBuckets.length),
    positiveBuckets,
    negativeSpans: spans(numberOf('n_offset'), negativeBuckets.length),
    negativeBuckets,
    ...(schema === CUSTOM_BUCKETS_SCHEMA ? { customValues: listOf('custom_values') } : {}),
    counterResetHint: (fields.get('counter_reset_hint') ?? 'unknown') as CounterResetHint,
  };
  return { histogram, hinted: fields.has('counter_reset_hint') };
}

function parse(text: string): number {
  if (/^[+]?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return Number(text);
}
