import type { BinaryContext } from './binary-scalar.ts';
import { matchKey } from './binary-set.ts';
import type { Group } from './match-group.ts';
import { Pairing } from './pairing.ts';
import type { Row, RowSink } from './row.ts';

/** Arithmetic and comparison between two vectors. */
export async function produceVectorVector(context: BinaryContext, sink: RowSink): Promise<void> {
  const { evaluator, binary, steps, evaluation } = context;
  const matching = binary.matching!;
  const left = await evaluator.collect(binary.left, steps);
  const right = await evaluator.collect(binary.right, steps);
  const swapped = matching.cardinality === 'one-to-many';
  const keyOf = matchKey(matching);
  const groups = new Map<string, Group>();
  const groupOf = (row: Row): Group => {
    const key = keyOf(row.labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = { many: [], one: [] };
      groups.set(key, group);
    }
    return group;
  };
  for (const row of swapped ? left : right) groupOf(row).one.push(row);
  for (const row of swapped ? right : left) groupOf(row).many.push(row);
  const pairing = new Pairing(context, swapped);
  for (const group of groups.values()) {
    await pairing.addGroup(group);
  }
  const results = pairing.rows;
  for (const row of results) sink(row);
  for (const rows of [left, right, results]) evaluation.releaseRows(rows);
}
