import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type Fault, permanent } from '../base/index.ts';

export interface InputFile {
  readonly path: string;
  /** Its path within the folder that was named, or its name, without `.csv` and `.gz`; with forward slashes. */
  readonly name: string;
}

/** A file, or the `.csv` and `.csv.gz` files of a folder and its folders, sorted. */
export function inputFiles(path: string): InputFile[] | Fault {
  const nameOf = (file: string): string =>
    file
      .split(sep)
      .join('/')
      .replace(/(\.csv)?(\.gz)?$/, '');
  try {
    if (!statSync(path).isDirectory()) return [{ path, name: nameOf(basename(path)) }];
    const files = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.csv(\.gz)?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (files.length === 0) return permanent('invalid', `${path} holds no .csv and no .csv.gz file`);
    return files.map((file) => ({ path: file, name: nameOf(relative(path, file)) }));
  } catch (error) {
    return permanent('invalid', `cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
