import type { QueryHint } from '@grafana/data';
import type { Metadata } from '../frames/units.ts';
import { selectorsOf } from './selectors.ts';
import { tokensOf } from './tokens.ts';

const rateLike =
  /^(rate|irate|increase|resets|changes|delta|idelta|deriv|absent|absent_over_time|count|group)$/;

/** What is likely not meant, with a fix where there is one. */
export function hintsOf(expression: string, metadata: Metadata, seriesCount = 0): QueryHint[] {
  const hints: QueryHint[] = [];
  const selectors = selectorsOf(expression);
  const words = tokensOf(expression)
    .filter(({ kind }) => kind === 'name')
    .map(({ text }) => text);
  const hasRate = words.some((word) => rateLike.test(word));
  for (const { metric } of selectors) {
    if (metric === undefined) continue;
    const type = typeOf(metric, metadata);
    const isBucket = /_bucket$/.test(metric) && type === 'histogram';
    if (isBucket && !words.includes('histogram_quantile')) {
      hints.push({
        type: 'HISTOGRAM_QUANTILE',
        label: `${metric} holds the buckets of a histogram.`,
        fix: {
          label: 'Show the 95th percentile.',
          action: { type: 'ADD_HISTOGRAM_QUANTILE', query: expression },
        },
      });
    } else if (type === 'counter' && !hasRate) {
      hints.push({
        type: 'APPLY_RATE',
        label: `${metric} is a counter: it only rises.`,
        fix: { label: 'Show its rate.', action: { type: 'ADD_RATE', query: expression } },
      });
    }
  }
  if (
    seriesCount >= 20 &&
    selectors.length === 1 &&
    !words.some((word) => /^(sum|avg|max|min|topk)$/.test(word))
  ) {
    hints.push({
      type: 'APPLY_SUM',
      label: `${seriesCount} series come back.`,
      fix: { label: 'Add them up.', action: { type: 'ADD_SUM', query: expression } },
    });
  }
  return hints;
}

function typeOf(metric: string, metadata: Metadata): string | undefined {
  const own = metadata[metric]?.[0]?.type;
  if (own !== undefined) return own;
  if (metadata[metric.replace(/_(bucket|count|sum)$/, '')]?.[0]?.type === 'histogram')
    return /_bucket$/.test(metric) ? 'histogram' : 'counter';
  return /_total$/.test(metric) ? 'counter' : undefined;
}

/** Applies a fix that `hintsOf` offered; undefined for others. */
export function applyHint(expression: string, type: string): string | undefined {
  switch (type) {
    case 'ADD_RATE':
      return withRate(expression);
    case 'ADD_SUM':
      return `sum(${expression.trim()})`;
    case 'ADD_HISTOGRAM_QUANTILE':
      return `histogram_quantile(0.95, sum by (le) (${withRate(expression)}))`;
    default:
      return undefined;
  }
}

/** `rate(...[$__rate_interval])` around each plain selector; those with a range already are left. */
function withRate(expression: string): string {
  let text = expression;
  for (const { start, end } of selectorsOf(expression).reverse()) {
    if (/^\s*\[/.test(text.slice(end))) continue;
    text = `${text.slice(0, start)}rate(${text.slice(start, end)}[$__rate_interval])${text.slice(end)}`;
  }
  return text;
}
