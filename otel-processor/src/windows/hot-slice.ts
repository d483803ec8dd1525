/** A slice that takes observations: rows of the pool by key. */
export interface HotSlice {
  readonly index: number;
  /** Row by key id. */
  rowOf: Uint32Array;
  keyIds: Uint32Array;
  rows: Uint32Array;
  count: number;
}

/** Of a slice that is not there. */
export const noRows = new Uint32Array(0);

/** A copy of a column with as much room again. */
export function doubled(column: Uint32Array): Uint32Array {
  const grown = new Uint32Array(column.length * 2);
  grown.set(column);
  return grown;
}
