import type { Evaluator } from '../functions/function-entry.ts';
import { type Binary, isComparison } from '../syntax/index.ts';
import { compare, dropsName, histogramOperation, scalarArithmetic } from './binary-operators.ts';
import { type Evaluation, fail } from './evaluation.ts';
import { ABSENT, FLOAT, putHistogram, type Row, type RowSink } from './row.ts';
import type { Steps } from './steps.ts';

export interface BinaryContext {
  readonly evaluation: Evaluation;
  readonly evaluator: Evaluator;
  readonly binary: Binary;
  readonly steps: Steps;
}

/** Vector with scalar; `scalarFirst` when the scalar stands on the left. Comparisons always keep the vector's value. */
export async function produceVectorScalar(
  context: BinaryContext,
  scalarFirst: boolean,
  sink: RowSink,
): Promise<void> {
  const { binary, evaluator, steps } = context;
  const scalars = await evaluator.scalar(scalarFirst ? binary.left : binary.right, steps);
  const vector = scalarFirst ? binary.right : binary.left;
  const drops = dropsName(binary.operator) || binary.returnBool;
  await evaluator.produce(vector, steps, (row) => {
    row.dropName ||= drops;
    if (applyScalar(context, row, scalars, scalarFirst)) sink(row);
  });
}

function applyScalar(context: BinaryContext, row: Row, scalars: Float64Array, scalarFirst: boolean): boolean {
  const { operator, returnBool } = context.binary;
  const comparison = isComparison(operator);
  const { values, presence } = row;
  let any = false;
  for (let step = 0; step < presence.length; step++) {
    if (presence[step] === ABSENT) continue;
    const scalar = scalars[step];
    if (presence[step] !== FLOAT) {
      if (applyHistogram(context, row, step, scalar, scalarFirst)) any = true;
      continue;
    }
    const value = values[step];
    const left = scalarFirst ? scalar : value;
    const right = scalarFirst ? value : scalar;
    if (!comparison) {
      if (operator === '</' || operator === '>/') {
        incompatible(context, 'float', 'float');
        presence[step] = ABSENT;
        continue;
      }
      values[step] = scalarArithmetic(operator, left, right);
    } else if (returnBool) {
      values[step] = compare(operator, left, right) ? 1 : 0;
    } else if (!compare(operator, left, right)) {
      presence[step] = ABSENT;
      continue;
    }
    any = true;
  }
  return any;
}

function incompatible(context: BinaryContext, left: string, right: string): void {
  const { operator, span } = context.binary;
  context.evaluation.info(
    `incompatible sample types encountered for binary operator "${operator}": ${left} ${operator} ${right}`,
    span,
  );
}

function applyHistogram(
  context: BinaryContext,
  row: Row,
  step: number,
  scalar: number,
  scalarFirst: boolean,
): boolean {
  const { evaluation, binary } = context;
  const histogram = row.histograms![step]!;
  const result = histogramOperation(
    evaluation,
    binary.operator,
    scalarFirst ? scalar : histogram,
    scalarFirst ? histogram : scalar,
    binary.span,
  );
  row.presence[step] = ABSENT;
  if (result === undefined) return false;
  if (typeof result === 'object') putHistogram(row, step, result);
  else fail('a scalar and a histogram cannot be compared');
  return true;
}
