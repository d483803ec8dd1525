import { ignoredHistogram } from './accumulator.ts';
import { type AggregateContext, Grouper } from './grouping.ts';
import { quantile } from './quantile.ts';
import { ABSENT, createRow, FLOAT, isEmptyRow, type Row, type RowSink } from './row.ts';

/** `quantile(phi, v)` of the floats of each group at each step. */
export async function produceQuantile(context: AggregateContext, sink: RowSink): Promise<void> {
  const { aggregate, evaluation, evaluator, steps } = context;
  const phis = await evaluator.scalar(aggregate.parameter!, steps);
  for (const phi of phis) {
    if (!(phi >= 0 && phi <= 1)) {
      evaluation.warn(
        `quantile value should be between 0 and 1, got ${printed(phi)}`,
        aggregate.parameter!.span,
      );
    }
  }
  const rows = await evaluator.collect(aggregate.expr, steps);
  const grouper = new Grouper(context);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = grouper.key(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  for (const group of groups.values()) {
    const result = createRow(grouper.labels(group[0]), steps.count);
    result.dropName = group.some((row) => row.dropName);
    for (let step = 0; step < steps.count; step++) {
      const pause = evaluation.pause();
      if (pause !== undefined) await pause;
      const values: number[] = [];
      for (const row of group) {
        if (row.presence[step] === FLOAT) values.push(row.values[step]);
        else if (row.presence[step] !== ABSENT) {
          ignoredHistogram({ evaluation, span: aggregate.expr.span }, 'quantile');
        }
      }
      if (values.length === 0) continue;
      result.values[step] = quantile(phis[step], Float64Array.from(values));
      result.presence[step] = FLOAT;
    }
    if (!isEmptyRow(result)) sink(result);
  }
  evaluation.releaseRows(rows);
}

/** A float in an annotation. */
export function printed(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
