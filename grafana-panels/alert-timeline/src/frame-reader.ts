import type { DataFrame } from '@grafana/data';

/** The values of one field by row, as what they are wanted as. */
export type Column<Value> = (row: number) => Value;

/** Columns by name; of a field that is not there every value is missing. */
export interface FrameReader {
  /** Empty where there is none. */
  text(name: string): Column<string>;
  /** NaN where there is none. */
  number(name: string): Column<number>;
  isTrue(name: string): Column<boolean>;
  list(name: string): Column<readonly string[]>;
}

export function readerOf(frame: DataFrame): FrameReader {
  const valuesOf = (name: string): ArrayLike<unknown> =>
    frame.fields.find((field) => field.name === name)?.values ?? [];
  return {
    text(name) {
      const values = valuesOf(name);
      return (row) => {
        const value = values[row];
        if (typeof value === 'string') return value;
        return value === null || value === undefined ? '' : String(value);
      };
    },
    number(name) {
      const values = valuesOf(name);
      return (row) => {
        const value = values[row];
        return typeof value === 'number' ? value : Number.NaN;
      };
    },
    isTrue(name) {
      const values = valuesOf(name);
      return (row) => values[row] === true;
    },
    list(name) {
      const values = valuesOf(name);
      return (row) => {
        const value = values[row];
        return Array.isArray(value) ? value.map(String) : [];
      };
    },
  };
}
