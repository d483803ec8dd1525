import { printHistogram } from '../histogram/index.ts';
import { formatFloat, quote } from '../syntax/index.ts';
import { fail } from './evaluation.ts';
import { type AggregateContext, Grouper } from './grouping.ts';
import { ABSENT, createRow, FLOAT, type Row, type RowSink } from './row.ts';

/** `count_values("label", v)`: how many elements of a group have the same value, with the value as a label. */
export async function produceCountValues(context: AggregateContext, sink: RowSink): Promise<void> {
  const { aggregate, evaluation, evaluator, steps } = context;
  const label = evaluator.string(aggregate.parameter!);
  if (label === '' || !label.isWellFormed()) fail(`invalid label name ${quote(label)}`);
  const grouper = new Grouper(context);
  const covered = new Set([label]);
  const results = new Map<string, Row>();
  await evaluator.produce(aggregate.expr, steps, (row) => {
    // The new label may cover one that told groups apart: what is equal then is counted together.
    const labels = grouper.labels(row).without(covered);
    for (let step = 0; step < steps.count; step++) {
      if (row.presence[step] === ABSENT) continue;
      const text =
        row.presence[step] === FLOAT ? formatFloat(row.values[step]) : printHistogram(row.histograms![step]!);
      const key = `${labels.key}\xff${text}`;
      let result = results.get(key);
      if (result === undefined) {
        evaluation.hold(steps.count);
        result = createRow(labels.with(label, text), steps.count);
        result.dropName = row.dropName;
        results.set(key, result);
      }
      result.values[step] += 1;
      result.presence[step] = FLOAT;
    }
  });
  for (const row of results.values()) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    sink(row);
  }
}
