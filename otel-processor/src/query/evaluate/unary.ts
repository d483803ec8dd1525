import type { Evaluator } from '../functions/function-entry.ts';
import { scaled } from '../histogram/index.ts';
import type { Unary } from '../syntax/index.ts';
import type { RowSink } from './row.ts';
import type { Steps } from './steps.ts';

/** `-vector`; a `+` changes nothing, not even the name. */
export async function produceNegated(
  evaluator: Evaluator,
  unary: Unary,
  steps: Steps,
  sink: RowSink,
): Promise<void> {
  if (unary.operator === '+') return evaluator.produce(unary.expr, steps, sink);
  await evaluator.produce(unary.expr, steps, (row) => {
    row.dropName = true;
    for (let i = 0; i < row.values.length; i++) row.values[i] = -row.values[i];
    if (row.histograms !== undefined) {
      row.histograms = row.histograms.map((histogram) =>
        histogram === undefined ? undefined : scaled(histogram, -1),
      );
    }
    sink(row);
  });
}
