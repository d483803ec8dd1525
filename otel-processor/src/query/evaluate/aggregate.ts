import type { LabelSet } from '../../model/index.ts';
import type { Accumulator } from './accumulator.ts';
import { accumulators } from './accumulators.ts';
import { produceCountValues } from './aggregate-count-values.ts';
import { produceLimited } from './aggregate-limit.ts';
import { produceQuantile } from './aggregate-quantile.ts';
import { produceRanked } from './aggregate-rank.ts';
import { type AggregateContext, Grouper } from './grouping.ts';
import { createRow, isEmptyRow, type RowSink } from './row.ts';

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
