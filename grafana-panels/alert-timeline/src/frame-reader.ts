import type { DataFrame, Field } from '@grafana/data';

/** Values of a frame's rows by field name, as what they are wanted as. */
export interface FrameReader {
  /** Empty where there is none. */
  text(name: string, row: number): string;
  /** NaN where there is none. */
  number(name: string, row: number): number;
  isTrue(name: string, row: number): boolean;
  list(name: string, row: number): readonly string[];
}

export function readerOf(frame: DataFrame): FrameReader {
  const fields = new Map<string, Field>(frame.fields.map((field) => [field.name, field]));
  const valueAt = (name: string, row: number): unknown => fields.get(name)?.values[row];
  return {
    text(name, row) {
      const value = valueAt(name, row);
      return value === null || value === undefined ? '' : String(value);
    },
    number(name, row) {
      const value = valueAt(name, row);
      return typeof value === 'number' ? value : Number.NaN;
    },
    isTrue: (name, row) => valueAt(name, row) === true,
    list(name, row) {
      const value = valueAt(name, row);
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}
