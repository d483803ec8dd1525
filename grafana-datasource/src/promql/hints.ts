import type { QueryHint } from '@grafana/data';
import type { Metadata } from '../frames/units.ts';
import type { TextKey, Translate } from '../texts.ts';
import { selectorsOf } from './selectors.ts';
import { tokensOf } from './tokens.ts';

const rateLike =
  /^(rate|irate|increase|resets|changes|delta|idelta|deriv|absent|absent_over_time|count|group)$/;
const aggregating = /^(sum|avg|max|min|topk|bottomk|count|quantile|group)$/;
const MANY_SERIES = 20;

export interface HintOptions {
  readonly metadata: Metadata;
  readonly seriesCount: number;
  /** What a heatmap is drawn of: its buckets are meant to be there, but not as they are counted since the start. */
  readonly isHeatmap: boolean;
}

/** What is likely not meant, with a fix where there is one. */
export function hintsOf(
  expression: string,
  { metadata, seriesCount, isHeatmap }: HintOptions,
  t: Translate,
): QueryHint[] {
  const hints: QueryHint[] = [];
  const hint = (type: string, action: string, label: TextKey, fix: TextKey, values: Values): void => {
    hints.push({
      ...{ type, label: t(label, values) },
      fix: { label: t(fix), action: { type: action, query: expression } },
    });
  };
  const selectors = selectorsOf(expression);
  const words = tokensOf(expression)
    .filter(({ kind }) => kind === 'name')
    .map(({ text }) => text);
  const hasRate = words.some((word) => rateLike.test(word));
  for (const { metric } of selectors) {
    if (metric === undefined) continue;
    const type = typeOf(metric, metadata);
    const isBucket = /_bucket$/.test(metric) && type === 'histogram';
    if (isHeatmap) {
      if (type === 'histogram' && !hasRate)
        hint('APPLY_INCREASE', 'ADD_INCREASE', 'hints.counts-all', 'hints.increase', { metric });
    } else if (isBucket && !words.includes('histogram_quantile')) {
      hint('HISTOGRAM_QUANTILE', 'ADD_HISTOGRAM_QUANTILE', 'hints.buckets', 'hints.quantile', { metric });
    } else if (type === 'counter' && !hasRate) {
      hint('APPLY_RATE', 'ADD_RATE', 'hints.counter', 'hints.rate', { metric });
    }
  }
  const isPlain = selectors.length === 1 && !words.some((word) => aggregating.test(word));
  if (!isHeatmap && seriesCount >= MANY_SERIES && isPlain)
    hint('APPLY_SUM', 'ADD_SUM', 'hints.many', 'hints.sum', { count: seriesCount });
  return hints;
}

type Values = Readonly<Record<string, string | number>>;

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
      return overRange(expression, 'rate');
    case 'ADD_INCREASE':
      return /_bucket\b/.test(expression)
        ? `sum by (le) (${overRange(expression, 'increase')})`
        : `sum(${overRange(expression, 'increase')})`;
    case 'ADD_SUM':
      return `sum(${expression.trim()})`;
    case 'ADD_HISTOGRAM_QUANTILE':
      return `histogram_quantile(0.95, sum by (le) (${overRange(expression, 'rate')}))`;
    default:
      return undefined;
  }
}

/** `rate(...[$__rate_interval])` around each plain selector; those with a range already are left. */
function overRange(expression: string, name: 'rate' | 'increase'): string {
  let text = expression;
  for (const { start, end } of selectorsOf(expression).reverse()) {
    if (/^\s*\[/.test(text.slice(end))) continue;
    text = `${text.slice(0, start)}${name}(${text.slice(start, end)}[$__rate_interval])${text.slice(end)}`;
  }
  return text;
}
