import { LabelSet, METRIC_NAME, type MetricType } from '../model/index.ts';

export type FamilyKind = 'counter' | 'gauge' | 'histogram' | 'native';

/** What a series is to the watch: a member of a family, which bears the name of its metric. */
export interface SeriesRole {
  readonly family: string;
  readonly kind: FamilyKind;
  /** Upper bound of a bucket of a classic histogram. */
  readonly bound: number | undefined;
}

const alwaysIgnored = new Set(['ALERTS', 'ALERTS_FOR_STATE', 'target_info', 'otel_scope_info']);

/**
 * The role of a series, or undefined when it is not watched: what StatBar says of itself, derived series (by the
 * convention of recording rules their names have a colon), information that does not vary, and the sums and counts of
 * histograms, which their buckets tell already. `typeOf` knows the type of a metric family, if anybody has told it.
 */
export function roleOf(
  labels: LabelSet,
  typeOf: (family: string) => MetricType | undefined,
): SeriesRole | undefined {
  const name = labels.get(METRIC_NAME);
  if (name === undefined || name.includes(':') || alwaysIgnored.has(name)) return undefined;
  if (name.startsWith('statbar_') || labels.get('job') === 'statbar') return undefined;
  const own = typeOf(name);
  if (own === 'info' || own === 'stateset' || own === 'gaugehistogram') return undefined;
  if (own === 'counter') return { family: name, kind: 'counter', bound: undefined };
  if (own === 'histogram') return { family: name, kind: 'native', bound: undefined };
  if (own === 'gauge' || own === 'summary') return { family: name, kind: 'gauge', bound: undefined };
  const [, base, suffix] = /^(.+)_(bucket|sum|count|created|info|total)$/.exec(name) ?? [];
  if (base === undefined) return { family: name, kind: 'gauge', bound: undefined };
  if (suffix === 'created' || suffix === 'info') return undefined;
  if (suffix === 'bucket') {
    const le = labels.get('le');
    if (le === undefined) return { family: name, kind: 'counter', bound: undefined };
    const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    return Number.isNaN(bound) ? undefined : { family: base, kind: 'histogram', bound };
  }
  const type = typeOf(base);
  if (type === 'histogram' || type === 'gaugehistogram') return undefined;
  return { family: name, kind: 'counter', bound: undefined };
}

/** The type by a counter's family name too: OpenMetrics names the family without `_total`. */
export function familyNamesOf(metricName: string): readonly string[] {
  return metricName.endsWith('_total') ? [metricName, metricName.slice(0, -6)] : [metricName];
}

/** A series as it may be called, when only the metric's name is known. */
export function namedSeries(metricName: string): LabelSet {
  return LabelSet.from({ [METRIC_NAME]: metricName, le: '+Inf' });
}
