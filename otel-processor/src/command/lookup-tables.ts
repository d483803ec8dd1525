import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Fault, isFault, permanent } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { type LookupTable, type LookupTables, parseLookupTable } from '../pipeline/index.ts';

/** Files of more than this are no tables to look values up in. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** The tables of `events.enrichment`, from files relative to `baseDir`; or all that is wrong with them, with file and line. */
export function loadLookupTables(config: Config, baseDir: string): LookupTables | Fault {
  const tables = new Map<number, LookupTable>();
  const problems: string[] = [];
  config.events.enrichment.forEach(({ lookup }, index) => {
    if (lookup === undefined) return;
    const text = readTable(resolve(baseDir, lookup.file));
    if (isFault(text)) {
      problems.push(`cannot read lookup table ${lookup.file}: ${text.message}`);
      return;
    }
    const format = lookup.file.endsWith('.json') ? 'json' : 'csv';
    const columns = Object.keys(lookup.add);
    const table = parseLookupTable(text, format, {
      column: lookup.column,
      columns,
      rowsMax: lookup.rows_max,
    });
    if (isFault(table)) problems.push(`${lookup.file}:${table.message}`);
    else tables.set(index, table);
  });
  return problems.length === 0 ? tables : permanent('invalid', problems.join('\n'));
}

function readTable(path: string): string | Fault {
  try {
    const { size } = statSync(path);
    if (size > FILE_BYTES_MAX) return permanent('too_large', `larger than ${FILE_BYTES_MAX} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    return permanent('invalid', error instanceof Error ? error.message : String(error));
  }
}
