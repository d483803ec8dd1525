import type { MetadataEntry } from '@statbar/sdk/wire';
import { selectorsOf } from '../promql/selectors.ts';
import { tokensOf } from '../promql/tokens.ts';

export type Metadata = Readonly<Record<string, readonly MetadataEntry[]>>;

/** Units of OpenTelemetry (UCUM) and of Prometheus, as Grafana calls them. */
const grafanaUnits: Readonly<Record<string, string>> = {
  s: 's',
  seconds: 's',
  ms: 'ms',
  milliseconds: 'ms',
  us: 'µs',
  microseconds: 'µs',
  ns: 'ns',
  nanoseconds: 'ns',
  min: 'm',
  h: 'h',
  d: 'd',
  days: 'd',
  By: 'bytes',
  bytes: 'bytes',
  KiBy: 'kbytes',
  MiBy: 'mbytes',
  GiBy: 'gbytes',
  Cel: 'celsius',
  celsius: 'celsius',
  '%': 'percent',
  percent: 'percent',
  ratio: 'percentunit',
  Hz: 'hertz',
  V: 'volt',
  A: 'amp',
  W: 'watt',
  J: 'joule',
};

/** Functions that make something per second of what they are given. */
const perSecond = new Set(['rate', 'irate', 'deriv']);
/** Functions and operators behind which the unit says nothing any more. */
const unitless = new Set([
  'count',
  'count_values',
  'absent',
  'absent_over_time',
  'count_over_time',
  'changes',
]);

/**
 * The unit of an expression's values, undefined where it cannot be known: of expressions over one metric, from what its
 * exporter said, or from its name's ending.
 */
export function unitOf(expression: string, metadata: Metadata): string | undefined {
  const metrics = [...new Set(selectorsOf(expression).map(({ metric }) => metric))];
  const tokens = tokensOf(expression);
  if (metrics.length !== 1 || metrics[0] === undefined) return undefined;
  if (tokens.some(({ kind, text }) => kind === 'operator' && /^[*/%^]|==|!=|[<>]/.test(text)))
    return undefined;
  const names = new Set(tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text));
  if ([...names].some((name) => unitless.has(name))) return undefined;
  const metric = metrics[0].replace(/:(sum:)?(p\d+|expected|lower|upper|forecast)$/, '');
  const isRate = [...names].some((name) => perSecond.has(name));
  if (/_bucket$|_count$/.test(metric) && !names.has('histogram_quantile')) return isRate ? 'cps' : undefined;
  const unit = unitOfMetric(metric, metadata);
  if (!isRate || names.has('histogram_quantile')) return unit;
  if (unit === 'bytes') return 'Bps';
  // Seconds per second: the share of time.
  if (unit === 's') return 'percentunit';
  return unit === undefined ? 'cps' : undefined;
}

function unitOfMetric(metric: string, metadata: Metadata): string | undefined {
  const base = metric.replace(/_(bucket|sum)$/, '');
  const said = (metadata[metric] ?? metadata[base])?.[0]?.unit;
  if (said !== undefined && grafanaUnits[said] !== undefined) return grafanaUnits[said];
  const ending = /_([a-z]+)$/.exec(base.replace(/_(total|sum)$/, ''))?.[1];
  return ending === undefined || ending.length < 4 ? undefined : grafanaUnits[ending];
}

/** The rate of a histogram still has buckets in the unit of what was measured. */
export function boundUnit(expr: string, unit: string | undefined): string | undefined {
  if (unit === 'percentunit' && /_seconds\b/.test(expr)) return 's';
  return unit === 'Bps' ? 'bytes' : unit === 'cps' ? undefined : unit;
}
