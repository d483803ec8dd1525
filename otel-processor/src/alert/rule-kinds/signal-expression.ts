/** Of `watch.window`, where it is not configured otherwise. */
const WINDOW = '1m';

/**
 * PromQL for the values of a watched signal, which are not stored themselves: `x_total` is a rate, `x:p95` a quantile of the histogram
 * `x`, `x:rate` the rate of its values, and `:sum` after the metric's name is the total of all series. Anything else (gauges, names of
 * `watches`, recorded series) is what it is called.
 */
export function signalExpression(signal: string): string {
  const found = /^([a-zA-Z_][a-zA-Z0-9_]*)(:sum)?(?::(p\d+|rate))?\s*(\{[\s\S]*\})?$/.exec(signal.trim());
  if (found === null) return signal;
  const [, metric, sum, part, matchers = ''] = found;
  const rate = (suffix: string): string => `rate(${metric}${suffix}${matchers}[${WINDOW}])`;
  const total = (expression: string): string => (sum === undefined ? expression : `sum(${expression})`);
  if (part === 'rate') return total(rate('_count'));
  if (part !== undefined) {
    const buckets = sum === undefined ? rate('_bucket') : `sum by (le) (${rate('_bucket')})`;
    // Classic histograms have buckets, native ones are samples.
    return `histogram_quantile(0.${part.slice(1)}, ${buckets} or ${total(rate(''))})`;
  }
  return total(metric.endsWith('_total') ? rate('') : metric + matchers);
}
