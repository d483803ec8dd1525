import { numberAt } from './grid.ts';

/** The different numbers of a column, and for every line which of them it has. */
export interface Interned {
  /** Ascending. */
  readonly distinct: Float64Array;
  /** Index into `distinct` for every line; -1 where there is no number. */
  readonly ids: Int32Array;
}

/**
 * Finds the different numbers of a column of cells. Bounds and times of cells come in the same sequence over and over:
 * what followed a number last time is tried first, so that a hash is asked only where the sequence changes.
 */
export function intern(values: ArrayLike<unknown>, length: number): Interned {
  const ids = new Int32Array(length);
  const found: number[] = [];
  const next: number[] = [];
  const idOf = new Map<number, number>();
  let before = -1;
  for (let i = 0; i < length; i++) {
    const value = numberAt(values, i);
    if (Number.isNaN(value)) {
      ids[i] = -1;
      continue;
    }
    let id = before;
    if (before < 0 || found[before] !== value) {
      id = before < 0 ? -1 : next[before];
      if (id < 0 || found[id] !== value) {
        id = idOf.get(value) ?? -1;
        if (id < 0) {
          id = found.push(value) - 1;
          next.push(-1);
          idOf.set(value, id);
        }
      }
      if (before >= 0) next[before] = id;
      before = id;
    }
    ids[i] = id;
  }
  return inOrder(found, ids);
}

/** Numbers in ascending order, and the ids of their lines with them. */
function inOrder(found: readonly number[], ids: Int32Array): Interned {
  let ascends = true;
  for (let i = 1; i < found.length && ascends; i++) ascends = found[i] > found[i - 1];
  if (ascends) return { distinct: Float64Array.from(found), ids };
  const order = Array.from(found.keys()).sort((a, b) => (found[a] < found[b] ? -1 : 1));
  const place = new Int32Array(found.length);
  order.forEach((id, i) => {
    place[id] = i;
  });
  for (let i = 0; i < ids.length; i++) if (ids[i] >= 0) ids[i] = place[ids[i]];
  return { distinct: Float64Array.from(order, (id) => found[id]), ids };
}

/** The numbers of several columns together, ascending, each once. */
export function union(columns: readonly Float64Array[]): Float64Array {
  if (columns.length === 1) return columns[0];
  const all = new Set<number>();
  for (const column of columns) for (const value of column) all.add(value);
  return Float64Array.from(all).sort();
}

/** Where each of these numbers stands in `among`, which holds all of them. Both ascend. */
export function placesOf(values: Float64Array, among: Float64Array): Int32Array {
  const places = new Int32Array(values.length);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    while (at + 1 < among.length && among[at] < values[i]) at += 1;
    places[i] = at;
  }
  return places;
}
