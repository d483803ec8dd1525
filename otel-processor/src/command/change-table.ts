import { type Fault, isFault, permanent } from '../base/index.ts';
import { baselineSteps, type ChangeInput } from '../explain/index.ts';
import { readCsv } from './csv-reader.ts';
import { parseTimeText } from './time-text.ts';

/** Rows that are held at once. */
const ROWS_MAX = 20_000_000;

/** Which columns of a table say what. */
export interface ChangeColumns {
  readonly time: string;
  readonly value: string;
  readonly weight: string | undefined;
  readonly by: readonly string[];
}

/** A table's change at one time, and how much of the table went into it. */
export interface TableChange {
  readonly input: ChangeInput;
  readonly rowCount: number;
  readonly stepCountBefore: number;
}

/** Reads a table of rows `time, value, weight, labels...`; rows of equal time and labels are added up. */
export async function readChange(
  path: string,
  columns: ChangeColumns,
  atMs: number,
  progress: (share: number) => void,
): Promise<TableChange | Fault> {
  const rows = new ChangeRows();
  let layout: Layout | undefined;
  for await (const row of readCsv(path, progress)) {
    if (isFault(row)) return row;
    if (layout === undefined) {
      const found = layoutOf(row.cells, columns, path);
      if (isFault(found)) return found;
      layout = found;
      continue;
    }
    const fault = addRow(rows, row.cells, layout, atMs);
    if (fault !== undefined) return permanent('invalid', `${path}:${row.line}: ${fault}`);
  }
  if (layout === undefined) return permanent('invalid', `${path}: the file is empty`);
  return rows.changeAt(atMs, columns, path);
}

interface Layout {
  readonly columnCount: number;
  readonly time: number;
  readonly value: number;
  readonly weight: number | undefined;
  readonly by: readonly number[];
  readonly names: readonly string[];
}

function layoutOf(header: readonly string[], columns: ChangeColumns, path: string): Layout | Fault {
  const names = header.map((name) => name.trim());
  const wanted = [
    columns.time,
    columns.value,
    ...(columns.weight === undefined ? [] : [columns.weight]),
    ...columns.by,
  ];
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) {
    return permanent(
      'invalid',
      `${path}: there is no column ${JSON.stringify(missing)}; there are: ${names.join(', ')}`,
    );
  }
  return {
    columnCount: names.length,
    time: names.indexOf(columns.time),
    value: names.indexOf(columns.value),
    weight: columns.weight === undefined ? undefined : names.indexOf(columns.weight),
    by: columns.by.map((name) => names.indexOf(name)),
    names,
  };
}

/** What is wrong with the row, if anything. */
function addRow(
  rows: ChangeRows,
  cells: readonly string[],
  { columnCount, time, value, weight, by, names }: Layout,
  atMs: number,
): string | undefined {
  if (cells.length !== columnCount) return `expected ${columnCount} columns, found ${cells.length}`;
  const timeMs = parseTimeText(cells[time].trim());
  if (timeMs === undefined) return `${names[time]}: not a time: ${JSON.stringify(cells[time])}`;
  if (timeMs > atMs) return undefined;
  for (const column of weight === undefined ? [value] : [value, weight]) {
    // An empty cell is no value.
    if (cells[column].trim() !== '' && Number.isNaN(Number(cells[column])))
      return `${names[column]}: not a number: ${JSON.stringify(cells[column])}`;
  }
  const labels = by.map((column) => cells[column]);
  const held = rows.add(
    timeMs,
    labels,
    Number(cells[value]),
    weight === undefined ? 1 : Number(cells[weight]),
  );
  return held ? undefined : `more than ${ROWS_MAX} rows before the time in question`;
}

/** Rows as columns: step, leaf, value and weight, in the order of the file. */
class ChangeRows {
  readonly #steps = new Map<number, number>();
  readonly #leafNumbers = new Map<string, number>();
  readonly #leaves: string[][] = [];
  #count = 0;
  #stepOf = new Int32Array(1024);
  #leafOf = new Int32Array(1024);
  #values = new Float64Array(1024);
  #weights = new Float64Array(1024);

  /** False when there is no room left. */
  add(timeMs: number, labels: string[], value: number, weight: number): boolean {
    if (this.#count === ROWS_MAX) return false;
    if (this.#count === this.#values.length) this.#grow();
    const row = this.#count;
    this.#stepOf[row] = numberOf(this.#steps, timeMs);
    const key = JSON.stringify(labels);
    const leaf = numberOf(this.#leafNumbers, key);
    if (leaf === this.#leaves.length) this.#leaves.push(labels);
    this.#leafOf[row] = leaf;
    this.#values[row] = value;
    this.#weights[row] = weight;
    this.#count += 1;
    return true;
  }

  changeAt(atMs: number, { weight, by }: ChangeColumns, path: string): TableChange | Fault {
    const timesMs = [...this.#steps.keys()].sort((a, b) => a - b);
    if (!this.#steps.has(atMs)) {
      const nearest =
        timesMs.length === 0
          ? 'nor any before it'
          : `the last one before it is ${iso(timesMs[timesMs.length - 1])}`;
      return permanent('invalid', `${path}: there are no rows at ${iso(atMs)}; ${nearest}`);
    }
    timesMs.pop();
    if (timesMs.length === 0)
      return permanent('invalid', `${path}: there are no rows before ${iso(atMs)} to judge it against`);
    const chosen = baselineSteps(timesMs, this.#totals(timesMs, weight !== undefined), atMs);
    const values = this.#rowsOf([...chosen.map((step) => timesMs[step]), atMs], this.#values);
    const weights = this.#rowsOf([...chosen.map((step) => timesMs[step]), atMs], this.#weights);
    const last = chosen.length;
    return {
      input: {
        labelNames: by,
        leaves: this.#leaves,
        history: values.slice(0, last),
        current: values[last],
        ...(weight === undefined
          ? {}
          : { weights: { history: weights.slice(0, last), current: weights[last] } }),
      },
      rowCount: this.#count,
      stepCountBefore: last,
    };
  }

  #totals(timesMs: readonly number[], ratio: boolean): number[] {
    const values = new Float64Array(this.#steps.size);
    const weights = new Float64Array(this.#steps.size);
    for (let row = 0; row < this.#count; row++) {
      values[this.#stepOf[row]] += this.#values[row];
      weights[this.#stepOf[row]] += this.#weights[row];
    }
    return timesMs.map((timeMs) => {
      const step = this.#steps.get(timeMs) ?? 0;
      return ratio ? values[step] / weights[step] : values[step];
    });
  }

  /** For each of the times, a column's sums by leaf. */
  #rowsOf(timesMs: readonly number[], column: Float64Array): Float64Array[] {
    const sums = timesMs.map(() => new Float64Array(this.#leaves.length));
    const wanted = new Int32Array(this.#steps.size).fill(-1);
    timesMs.forEach((timeMs, at) => {
      wanted[this.#steps.get(timeMs) ?? 0] = at;
    });
    for (let row = 0; row < this.#count; row++) {
      const at = wanted[this.#stepOf[row]];
      if (at >= 0) sums[at][this.#leafOf[row]] += column[row];
    }
    return sums;
  }

  #grow(): void {
    const size = this.#count * 2;
    const integers = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size);
      grown.set(from);
      return grown;
    };
    const floats = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(from);
      return grown;
    };
    this.#stepOf = integers(this.#stepOf);
    this.#leafOf = integers(this.#leafOf);
    this.#values = floats(this.#values);
    this.#weights = floats(this.#weights);
  }
}

function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const number = numbers.size;
  numbers.set(key, number);
  return number;
}

export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
