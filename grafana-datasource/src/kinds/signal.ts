import { matcherText } from '../promql/filters.ts';
import type { LabelMatcher } from '../promql/selectors.ts';

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
