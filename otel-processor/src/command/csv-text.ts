import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Fault, permanent } from '../base/index.ts';

/** The text of a file; one whose name ends in `.gz` is inflated. */
export function readTextFile(path: string): string | Fault {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    return permanent('invalid', `cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The cells of one line of comma-separated values (RFC 4180; no line breaks within a cell). */
export function csvCells(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  let position = 0;
  while (position <= line.length) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:,|$)/.exec(line.slice(position));
    if (quoted !== null) {
      cells.push(quoted[1].replaceAll('""', '"'));
      position += quoted[0].length;
      if (!quoted[0].endsWith(',')) break;
      continue;
    }
    const end = line.indexOf(',', position);
    cells.push(line.slice(position, end < 0 ? line.length : end).trim());
    if (end < 0) break;
    position = end + 1;
  }
  return cells;
}

/** Lines without their ends; a last one that is empty is no line. */
export function csvLines(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  while (lines.length > 0 && lines[lines.length - 1].trim() === '') lines.pop();
  return lines;
}
