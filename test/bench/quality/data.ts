import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the public data sets lie that quality is measured on: `STATBAR_QUALITY_DATA`, or `shared/data` beside the
 * repository. They are not part of it, because their licences differ.
 */
const folder =
  process.env['STATBAR_QUALITY_DATA'] ??
  resolve(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data');

/** Folder of one data set; undefined, and said so, when it is not there. */
export function dataFolder(name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  console.log(
    `NOT MEASURED: there is no data set ${name}; set STATBAR_QUALITY_DATA to the folder that has it`,
  );
  return undefined;
}
