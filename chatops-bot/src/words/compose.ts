import { expressionOf, shapeOf } from './expression.ts';
import type { Aggregator, Modifiers } from './modifiers.ts';
import type { Filter } from './reading.ts';
import type { Plan } from './resolve.ts';
import type { Now } from './time-points.ts';
import type { VocabularyIndex } from './vocabulary.ts';

/** A question in parts, as something other than the grammar understood it. */
export interface Parts {
  readonly metric: string;
  readonly groupBy: readonly string[];
  readonly filters: readonly Filter[];
  readonly quantile: number | null;
  readonly aggregator: Aggregator | null;
  /** One value: how many in the time. */
  readonly counts: boolean;
  readonly top: number | null;
  readonly spanMs: number;
}

/** The plan for the parts, or why they fit nothing that there is: metric, labels and values must be known. */
export function compose(parts: Parts, index: VocabularyIndex, { nowMs }: Now): Plan | string {
  const metric = index.metrics.find(({ name }) => name === parts.metric);
  if (metric === undefined) return `there is no metric ${parts.metric}`;
  for (const label of [...parts.groupBy, ...parts.filters.map((filter) => filter.label)]) {
    if (!metric.labels.includes(label)) return `${metric.name} has no label ${label}`;
  }
  for (const { label, values } of parts.filters) {
    const unknown = values.find((value) => index.values.get(label)?.includes(value) !== true);
    if (unknown !== undefined) return `${label} has no value ${unknown}`;
  }
  const isHistogram = metric.kind === 'histogram' || metric.kind === 'native_histogram';
  if (parts.quantile !== null && !isHistogram) return `${metric.name} is no histogram`;
  const modifiers: Modifiers = {
    quantile: parts.quantile,
    aggregator: parts.aggregator,
    extreme: null,
    counts: parts.counts,
    oneValue: parts.counts,
    top: parts.top === null || parts.groupBy.length === 0 ? null : { count: parts.top, bottom: false },
    perSeconds: null,
    ratio: null,
    items: [],
  };
  const time = { fromMs: nowMs - parts.spanMs, toMs: nowMs, instant: false, said: true, offsetMs: null };
  const shape = shapeOf(modifiers, time, metric);
  const reading = {
    metric,
    score: 0,
    groupBy: parts.groupBy,
    filters: parts.filters,
    errorCodes: null,
    wantsQuantity: false,
    topPlural: true,
    divideBy: [],
    unexplained: [],
  };
  return {
    expression: expressionOf(reading, modifiers, shape, null),
    offsetMs: null,
    fromMs: time.fromMs,
    toMs: nowMs,
    instant: shape.instant,
    metric: metric.name,
    unexplained: [],
  };
}
