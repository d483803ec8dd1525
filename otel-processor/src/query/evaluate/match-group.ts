import { type LabelSet, METRIC_NAME } from '../../model/index.ts';
import type { VectorMatching } from '../syntax/index.ts';
import { fail } from './evaluation.ts';
import { ABSENT, type Row } from './row.ts';

/** Rows of both sides that match each other. */
export interface Group {
  readonly many: Row[];
  readonly one: Row[];
}

/**
 * By step the index of the row of the "one" side that holds a value there, -1 where none does. Fails where two
 * do, since it would not be known which of them matches.
 */
export function ownersOf(
  rows: readonly Row[],
  stepCount: number,
  matching: VectorMatching,
  swapped: boolean,
): Int32Array {
  const owners = new Int32Array(stepCount).fill(-1);
  for (const [index, { presence }] of rows.entries()) {
    for (let step = 0; step < stepCount; step++) {
      if (presence[step] === ABSENT) continue;
      if (owners[step] >= 0) failDuplicate(rows[owners[step]].labels, rows[index].labels, matching, swapped);
      owners[step] = index;
    }
  }
  return owners;
}

function failDuplicate(a: LabelSet, b: LabelSet, matching: VectorMatching, swapped: boolean): never {
  const [first, second] = [a, b].sort((one, other) => one.compare(other));
  return fail(
    `found duplicate series for the match group ${bracedLabels(matchedLabels(a, matching))} on the ` +
      `${swapped ? 'left' : 'right'} hand-side of the operation: [${bracedLabels(first)}, ${bracedLabels(second)}]` +
      ';many-to-many matching not allowed: matching labels must be unique on one side',
  );
}

/** All labels in braces, the name among them. */
function bracedLabels(labels: LabelSet): string {
  const parts: string[] = [];
  for (const [name, value] of labels) parts.push(`${name}=${JSON.stringify(value)}`);
  return `{${parts.join(', ')}}`;
}

/** The labels by which two series match. */
export function matchedLabels(labels: LabelSet, matching: VectorMatching): LabelSet {
  const names = new Set(matching.labels);
  if (matching.on) return labels.only(names);
  names.add(METRIC_NAME);
  return labels.without(names);
}
