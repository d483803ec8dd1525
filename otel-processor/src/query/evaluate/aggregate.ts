import { LabelSet } from '../../model/index.ts';
import type { Evaluator } from '../functions/function-entry.ts';
import type { Aggregate } from '../syntax/index.ts';
import { type Accumulator, accumulators } from './accumulators.ts';
import { produceCountValues } from './aggregate-count-values.ts';
import { produceLimited } from './aggregate-limit.ts';
import { produceQuantile } from './aggregate-quantile.ts';
import { produceRanked } from './aggregate-rank.ts';
import type { Evaluation } from './evaluation.ts';
import { createRow, isEmptyRow, metadataLabels, type Row, type RowSink, withoutMetadata } from './row.ts';
import type { Steps } from './steps.ts';

export interface AggregateContext {
  readonly evaluation: Evaluation;
  readonly evaluator: Evaluator;
  readonly aggregate: Aggregate;
  readonly steps: Steps;
}

/** Evaluates an aggregation. The plain ones take their rows as they are produced and keep one row a group. */
export async function produceAggregate(context: AggregateContext, sink: RowSink): Promise<void> {
  switch (context.aggregate.operator) {
    case 'topk':
    case 'bottomk':
      return produceRanked(context, sink);
    case 'limitk':
    case 'limit_ratio':
      return produceLimited(context, sink);
    case 'quantile':
      return produceQuantile(context, sink);
    case 'count_values':
      return produceCountValues(context, sink);
    default:
      return produceAccumulated(context, sink);
  }
}

interface Group {
  readonly labels: LabelSet;
  dropName: boolean;
  readonly accumulator: Accumulator;
}

async function produceAccumulated(context: AggregateContext, sink: RowSink): Promise<void> {
  const { aggregate, evaluation, evaluator, steps } = context;
  const create = accumulators[aggregate.operator as keyof typeof accumulators];
  const grouper = new Grouper(context);
  const groups = new Map<string, Group>();
  await evaluator.produce(aggregate.expr, steps, (row) => {
    const key = grouper.key(row);
    let group = groups.get(key);
    if (group === undefined) {
      evaluation.hold(steps.count);
      const accumulator = create(steps.count, { evaluation, span: aggregate.expr.span });
      group = { labels: grouper.labels(row), dropName: false, accumulator };
      groups.set(key, group);
    }
    if (row.dropName) group.dropName = true;
    group.accumulator.add(row);
  });
  for (const group of groups.values()) {
    const row = createRow(group.labels, steps.count);
    row.dropName = group.dropName && evaluation.settings.delayedNameRemoval;
    group.accumulator.finish(row);
    if (!isEmptyRow(row)) sink(row);
  }
}

/** Which group a row belongs to, and the labels of that group. */
export class Grouper {
  readonly #names: ReadonlySet<string>;
  readonly #without: boolean;
  readonly #eager: boolean;

  constructor(context: AggregateContext) {
    const { aggregate, evaluation } = context;
    this.#without = aggregate.without;
    this.#names = new Set(
      aggregate.without ? [...aggregate.grouping, ...metadataLabels] : aggregate.grouping,
    );
    this.#eager = !evaluation.settings.delayedNameRemoval;
  }

  /** Equal for rows of the same group. */
  key(row: Row): string {
    const names = this.#names;
    const by = !this.#without;
    if (by && names.size === 0) return '';
    const { pairs } = row.labels;
    const nameless = by && row.dropName && this.#eager;
    let key = '';
    for (let i = 0; i < pairs.length; i += 2) {
      if (names.has(pairs[i]) !== by) continue;
      if (nameless && metadataLabels.has(pairs[i])) continue;
      key += `${pairs[i]}\xff${pairs[i + 1]}\xff`;
    }
    return key;
  }

  labels(row: Row): LabelSet {
    if (!this.#without && this.#names.size === 0) return LabelSet.empty;
    const labels = row.dropName && this.#eager ? withoutMetadata(row.labels) : row.labels;
    return this.#without ? labels.without(this.#names) : labels.only(this.#names);
  }
}
