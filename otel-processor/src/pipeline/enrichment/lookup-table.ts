import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { AttributeValue } from '../../model/index.ts';
import { parseCsv } from './csv.ts';

export interface LookupOptions {
  /** The column that is looked up; undefined for the first one of a CSV file. */
  readonly column: string | undefined;
  /** The columns whose values are added. */
  readonly columns: readonly string[];
  readonly rowsMax: number;
}

/** By key, one entry per column that is added; undefined where the row has none. */
export type LookupTable = ReadonlyMap<string, ReadonlyArray<AttributeValue | undefined>>;

/**
 * A lookup table from the text of a CSV file with a header, whose values are texts, or of a JSON array of objects,
 * whose values are texts, numbers, true and false. A fault's message begins with the line.
 */
export function parseLookupTable(
  text: string,
  format: 'csv' | 'json',
  options: LookupOptions,
): LookupTable | Fault {
  const builder = new TableBuilder(options.rowsMax);
  return (
    (format === 'csv' ? readCsv(text, options, builder) : readJson(text, options, builder)) ?? builder.rows
  );
}

class TableBuilder {
  readonly rows = new Map<string, ReadonlyArray<AttributeValue | undefined>>();
  readonly #lines = new Map<string, number>();
  readonly #rowsMax: number;

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  add(line: number, key: string, values: ReadonlyArray<AttributeValue | undefined>): Fault | undefined {
    const first = this.#lines.get(key);
    if (first !== undefined) return at(line, `${shown(key)} is there twice, first in line ${first}`);
    if (this.rows.size >= this.#rowsMax) return at(line, `more than ${this.#rowsMax} rows (limit: rows_max)`);
    this.#lines.set(key, line);
    this.rows.set(key, values);
    return undefined;
  }
}

function at(line: number, message: string): Fault {
  return permanent('invalid', `${line}: ${message}`);
}

function shown(key: string): string {
  return JSON.stringify(key.slice(0, 80));
}

function readCsv(text: string, options: LookupOptions, builder: TableBuilder): Fault | undefined {
  const records = parseCsv(text);
  if (isFault(records)) return records;
  const [header, ...rows] = records;
  if (header === undefined) return at(1, 'expected a header with the names of the columns');
  const indexOf = (column: string): number | Fault => {
    const index = header.fields.indexOf(column);
    return index >= 0
      ? index
      : at(1, `there is no column ${shown(column)}; there are: ${header.fields.join(', ')}`);
  };
  const keyIndex = options.column === undefined ? 0 : indexOf(options.column);
  if (isFault(keyIndex)) return keyIndex;
  const indexes: number[] = [];
  for (const column of options.columns) {
    const index = indexOf(column);
    if (isFault(index)) return index;
    indexes.push(index);
  }
  for (const { line, fields } of rows) {
    if (fields.length !== header.fields.length) {
      return at(line, `${fields.length} fields, where the header has ${header.fields.length}`);
    }
    const values = indexes.map((index) => (fields[index] === '' ? undefined : fields[index]));
    const fault = builder.add(line, fields[keyIndex], values);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function readJson(
  text: string,
  { column, columns }: LookupOptions,
  builder: TableBuilder,
): Fault | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return at(lineOfMistake(text), `not valid JSON: ${message.slice(0, 200)}`);
  }
  if (column === undefined) return at(1, 'a JSON file needs `column`, the name of the key in each object');
  if (!Array.isArray(rows)) return at(1, 'expected an array of objects');
  const lines = linesOfEntries(text);
  for (let i = 0; i < rows.length; i++) {
    const line = lines[i] ?? 1;
    const row: unknown = rows[i];
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return at(line, 'expected an object');
    const entries = new Map<string, unknown>(Object.entries(row));
    const key = entries.get(column);
    if (typeof key !== 'string' && typeof key !== 'number')
      return at(line, `${column} must be a text or a number`);
    const values: Array<AttributeValue | undefined> = [];
    for (const name of columns) {
      const value = entries.get(name) ?? undefined;
      if (value !== undefined && !isAttributeValue(value)) {
        return at(line, `${name} must be a text, a number, true or false`);
      }
      values.push(value);
    }
    const fault = builder.add(line, String(key), values);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The first line up to which a JSON text that is not valid cannot be the beginning of a valid one either. */
function lineOfMistake(text: string): number {
  const ends = [...text.matchAll(/\n|$/g)].map(({ index }) => index);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mayGoOn(text.slice(0, ends[middle]))) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? -1);
    return /^Unexpected end|^Unterminated string/.test(message) || position >= beginning.trimEnd().length;
  }
}

function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
}

/** The line that each entry of the outer array of a valid JSON text begins on. */
function linesOfEntries(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let inText = false;
  let expectsEntry = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\n') line += 1;
    if (inText) {
      if (character === '\\') i += 1;
      else if (character === '"') inText = false;
      continue;
    }
    if (/\s/.test(character)) continue;
    if (expectsEntry && character !== ']') {
      lines.push(line);
      expectsEntry = false;
    }
    if (character === '"') inText = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth === 1) expectsEntry = true;
    } else if (character === ']' || character === '}') depth -= 1;
    else if (character === ',' && depth === 1) expectsEntry = true;
  }
  return lines;
}
