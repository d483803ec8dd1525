import { fail } from './evaluation.ts';
import { ABSENT, type Row } from './row.ts';

/** Rows by label set: those with equal labels become one, which fails where two of them hold a value at a step. */
export class RowMerger {
  readonly #byKey = new Map<string, Row>();

  /** Takes ownership of the row. */
  add(row: Row, complaint = 'vector cannot contain metrics with the same labelset'): void {
    const { key } = row.labels;
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, row);
    else mergeInto(known, row, complaint);
  }

  get rows(): Row[] {
    return [...this.#byKey.values()];
  }
}

function mergeInto(known: Row, row: Row, complaint: string): void {
  known.dropName ||= row.dropName;
  for (let step = 0; step < row.presence.length; step++) {
    if (row.presence[step] === ABSENT) continue;
    if (known.presence[step] !== ABSENT) fail(complaint);
    known.presence[step] = row.presence[step];
    known.values[step] = row.values[step];
    const histogram = row.histograms?.[step];
    if (histogram !== undefined) {
      known.histograms ??= [];
      known.histograms[step] = histogram;
    }
  }
}
