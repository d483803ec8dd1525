import { type LabelSet, METRIC_NAME } from '../../model/index.ts';
import type { VectorMatching } from '../syntax/index.ts';
import type { BinaryContext } from './binary-scalar.ts';
import type { Evaluation } from './evaluation.ts';
import { RowMerger } from './merge-rows.ts';
import { ABSENT, isEmptyRow, type Row, type RowSink } from './row.ts';

/** A key that is equal for label sets that match each other. */
export function matchKey(matching: VectorMatching): (labels: LabelSet) => string {
  const names = new Set(matching.labels);
  if (matching.on && names.size === 0) return () => '';
  if (!matching.on) names.add(METRIC_NAME);
  const { on } = matching;
  return ({ pairs }) => {
    let key = '';
    for (let i = 0; i < pairs.length; i += 2) {
      if (names.has(pairs[i]) === on) key += `${pairs[i]}\xff${pairs[i + 1]}\xff`;
    }
    return key;
  };
}

/** Steps at which any of the rows with the same key holds a value. */
async function coverage(
  evaluation: Evaluation,
  rows: readonly Row[],
  keyOf: (labels: LabelSet) => string,
): Promise<Map<string, Uint8Array>> {
  const covered = new Map<string, Uint8Array>();
  for (const row of rows) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    const key = keyOf(row.labels);
    const known = covered.get(key);
    if (known === undefined) covered.set(key, row.presence.slice());
    else for (let i = 0; i < known.length; i++) known[i] |= row.presence[i];
  }
  return covered;
}

/** `and`, `unless` and `or`: which samples stay depends on labels alone. */
export async function produceSetOperation(context: BinaryContext, sink: RowSink): Promise<void> {
  const { evaluation, evaluator, binary, steps } = context;
  const left = await evaluator.collect(binary.left, steps);
  const right = await evaluator.collect(binary.right, steps);
  const keyOf = matchKey(binary.matching!);
  const isOr = binary.operator === 'or';
  const covered = await coverage(evaluation, isOr ? left : right, keyOf);
  const merger = new RowMerger();
  if (isOr) for (const row of left) merger.add(row);
  for (const row of isOr ? right : left) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    mask(row, covered.get(keyOf(row.labels)), binary.operator === 'and');
    if (isEmptyRow(row)) continue;
    if (isOr) merger.add(row);
    else sink(row);
  }
  for (const row of merger.rows) sink(row);
  evaluation.releaseRows(left);
  evaluation.releaseRows(right);
}

/** Keeps the steps where `covered` says `wanted`; nothing covered when it is undefined. */
function mask(row: Row, covered: Uint8Array | undefined, wanted: boolean): void {
  const { presence } = row;
  for (let step = 0; step < presence.length; step++) {
    const isCovered = covered !== undefined && covered[step] !== ABSENT;
    if (isCovered !== wanted) presence[step] = ABSENT;
  }
}
