import { matcherText } from '../promql/filters.ts';
import { type LabelMatcher, selectorsOf } from '../promql/selectors.ts';
import { tokensOf } from '../promql/tokens.ts';

/** A selector of this metric. */
export function selectorText(metric: string, matchers: readonly LabelMatcher[]): string {
  const inner = matchers.map(matcherText);
  if (!/^[a-zA-Z_:][\w:]*$/.test(metric))
    inner.unshift(matcherText({ name: '__name__', operator: '=', value: metric }));
  const braces = inner.length === 0 ? '' : `{${inner.join(', ')}}`;
  return /^[a-zA-Z_:][\w:]*$/.test(metric) ? `${metric}${braces}` : braces;
}

/**
 * What a watched signal is, as PromQL: gauges as they are, counters as a rate, histograms as a quantile or a rate, each
 * over the trailing minute, and sums of all series where the signal's name says so.
 */
export function signalExpression(
  signal: string,
  matchers: readonly LabelMatcher[],
  type: string | undefined,
): string {
  const quantile = /:p(\d+)$/.exec(signal)?.[1];
  const isRate = signal.endsWith(':rate');
  const isSum = /:sum(:|$)/.test(signal);
  const metric = signal.replace(/(:sum)?(:p\d+|:rate)?$/, '');
  const over = (name: string): string => `rate(${selectorText(name, matchers)}[1m])`;
  if (quantile !== undefined) {
    const buckets = isSum ? `sum by (le) (${over(`${metric}_bucket`)})` : over(`${metric}_bucket`);
    return `histogram_quantile(${Number(`0.${quantile}`)}, ${buckets})`;
  }
  if (isRate) return isSum ? `sum(${over(`${metric}_count`)})` : over(`${metric}_count`);
  const isCounter = type === 'counter' || (type === undefined && /_total$/.test(metric));
  const value = isCounter ? over(metric) : selectorText(metric, matchers);
  return isSum ? `sum(${value})` : value;
}

/** The metric that a signal is made of, as metadata knows it. */
export function metricOfSignal(signal: string): string {
  return signal.replace(/(:sum)?(:p\d+|:rate)?$/, '');
}

/** Quantiles of histograms that are watched. */
const watchedQuantiles = [0.5, 0.95, 0.99];

/**
 * The watched signal that a series of this expression comes from, and the labels that it is told by: of one metric alone,
 * the sum of all its series where nothing tells them apart. Undefined for expressions of several metrics, and of names that
 * are not watched (those with a colon are results of views and rules).
 */
export function signalOf(
  expression: string,
  labels: Readonly<Record<string, string>>,
): { readonly signal: string; readonly matchers: readonly LabelMatcher[] } | undefined {
  const [first, ...others] = selectorsOf(expression);
  if (first?.metric === undefined || first.metric.includes(':')) return undefined;
  if (others.some(({ metric }) => metric !== first.metric)) return undefined;
  const tokens = tokensOf(expression);
  const names = tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text);
  const own: LabelMatcher[] = Object.entries(labels).map(([name, value]) => ({ name, operator: '=', value }));
  const given = first.matchers.filter(
    ({ name }) => !['__name__', 'le', 'quantile'].includes(name) && labels[name] === undefined,
  );
  const matchers = [...given, ...own];
  const isSum = matchers.length === 0 && names.some((name) => /^sum$/.test(name));
  const sum = isSum ? ':sum' : '';
  const base = first.metric.replace(/_(bucket|count)$/, '');
  if (names.includes('histogram_quantile')) {
    const number = tokens[tokens.findIndex(({ text }) => text === 'histogram_quantile') + 2];
    const wanted = number?.kind === 'number' ? Number(number.text) : 0.95;
    const nearest = watchedQuantiles.reduce((best, each) =>
      Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best,
    );
    return { signal: `${base}${sum}:p${Math.round(nearest * 100)}`, matchers };
  }
  if (base !== first.metric) return { signal: `${base}${sum}:rate`, matchers };
  return { signal: `${first.metric}${sum}`, matchers };
}
