import { mix32 } from '../../base/index.ts';
import type { LabelSet } from '../../model/index.ts';
import { limitAt } from './aggregate-rank.ts';
import { fail } from './evaluation.ts';
import { type AggregateContext, Grouper } from './grouping.ts';
import { ABSENT, isEmptyRow, type Row, type RowSink } from './row.ts';

/** `limitk` and `limit_ratio`: at each step some of each group, whatever their values. */
export async function produceLimited(context: AggregateContext, sink: RowSink): Promise<void> {
  const { aggregate, evaluator, steps } = context;
  const parameter = await evaluator.scalar(aggregate.parameter!, steps);
  const rows = await evaluator.collect(aggregate.expr, steps);
  if (aggregate.operator === 'limitk') {
    keepFirst(context, rows, parameter);
  } else {
    keepRatio(context, rows, parameter);
  }
  for (const row of rows) if (!isEmptyRow(row)) sink(row);
  context.evaluation.releaseRows(rows);
}

function keepFirst(context: AggregateContext, rows: readonly Row[], parameter: Float64Array): void {
  const stepCount = context.steps.count;
  const grouper = new Grouper(context);
  const kept = new Map<string, Float64Array>();
  const limits = Array.from({ length: stepCount }, (_, step) => limitAt(parameter, step));
  // In the order of their labels, so that the choice does not depend on the order of reading.
  for (const row of [...rows].sort((a, b) => a.labels.compare(b.labels))) {
    const key = grouper.key(row);
    let counts = kept.get(key);
    if (counts === undefined) {
      counts = new Float64Array(stepCount);
      kept.set(key, counts);
    }
    for (let step = 0; step < stepCount; step++) {
      if (row.presence[step] === ABSENT) continue;
      if (counts[step] >= limits[step]) row.presence[step] = ABSENT;
      else counts[step] += 1;
    }
  }
}

function keepRatio(context: AggregateContext, rows: readonly Row[], parameter: Float64Array): void {
  const { aggregate, evaluation, steps } = context;
  const ratios = parameter.map((ratio) => {
    if (Number.isNaN(ratio)) return fail('Ratio value is NaN');
    if (Math.abs(ratio) <= 1) return ratio;
    const capped = Math.sign(ratio);
    evaluation.warn(
      `ratio value should be between -1 and 1, got ${ratio}, capping to ${capped}`,
      aggregate.parameter!.span,
    );
    return capped;
  });
  for (const row of rows) {
    const place = placeOf(row.labels);
    for (let step = 0; step < steps.count; step++) {
      const ratio = ratios[step];
      // A negative ratio keeps exactly what one plus it leaves out.
      const keeps = ratio >= 0 ? place < ratio : place >= 1 + ratio;
      if (!keeps || ratio === 0) row.presence[step] = ABSENT;
    }
  }
}

/** A number in [0, 1) that depends on the labels alone. */
function placeOf(labels: LabelSet): number {
  let hash = 0x9e3779b9;
  for (const text of labels.pairs) {
    for (let i = 0; i < text.length; i++) hash = mix32(Math.imul(hash, 31) ^ text.charCodeAt(i));
    hash = mix32(hash ^ 0xff);
  }
  return (hash >>> 0) / 2 ** 32;
}
