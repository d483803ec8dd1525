import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Fault, permanent } from '../base/index.ts';

/** Characters of one row; a file without line ends is not read into memory whole. */
const ROW_SIZE_MAX = 1 << 20;

/** One row of a CSV file, and on which line of the file it begins, counted from 1. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * The rows of a CSV file (RFC 4180; line ends of any kind; empty lines skipped), piece by piece: files may be larger than
 * memory. Gzip is recognised by its first bytes, whatever the name. Yields a fault, and nothing after it, when the file
 * cannot be read. `progress` is told, now and then, what part of the file has been read.
 */
export async function* readCsv(
  path: string,
  progress: (share: number) => void = () => {},
): AsyncGenerator<CsvRow | Fault> {
  const splitter = new CsvSplitter();
  let file: ReadStream | undefined;
  try {
    const { gzip, sizeBytes } = await look(path);
    file = createReadStream(path);
    const texts: Readable = gzip ? file.pipe(createGunzip()) : file;
    // A pipe does not carry errors along.
    if (gzip) file.on('error', (error) => texts.destroy(error));
    texts.setEncoding('utf8');
    for await (const text of texts) {
      progress(sizeBytes === 0 ? 0 : file.bytesRead / sizeBytes);
      yield* splitter.push(String(text));
      if (splitter.pendingSize > ROW_SIZE_MAX) {
        yield permanent('invalid', `${path}:${splitter.line}: a row of more than ${ROW_SIZE_MAX} characters`);
        return;
      }
    }
    yield* splitter.end();
  } catch (error) {
    yield permanent('invalid', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    file?.destroy();
  }
}

async function look(path: string): Promise<{ readonly gzip: boolean; readonly sizeBytes: number }> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(2);
    await file.read(head, 0, 2, 0);
    return { gzip: head[0] === 0x1f && head[1] === 0x8b, sizeBytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

/** Text in pieces to rows. */
class CsvSplitter {
  #rest = '';
  line = 1;

  get pendingSize(): number {
    return this.#rest.length;
  }

  *push(text: string): Generator<CsvRow> {
    // A byte order mark is no part of the first name.
    this.#rest += this.line === 1 && this.#rest === '' ? text.replace(/^\uFEFF/, '') : text;
    let from = 0;
    for (;;) {
      const end = rowEnd(this.#rest, from);
      if (end < 0) break;
      yield* this.#row(this.#rest.slice(from, end));
      from = end + 1;
    }
    this.#rest = this.#rest.slice(from);
  }

  *end(): Generator<CsvRow> {
    yield* this.#row(this.#rest);
    this.#rest = '';
  }

  *#row(text: string): Generator<CsvRow> {
    const { line } = this;
    this.line += countOf(text, '\n') + 1;
    const row = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (row !== '') yield { cells: row.includes('"') ? quotedCells(row) : row.split(','), line };
  }
}

/** Index of the line feed that ends the row beginning at `from`, -1 when it is not there yet. */
function rowEnd(text: string, from: number): number {
  let end = text.indexOf('\n', from);
  if (end < 0) return -1;
  // Between quotes a line feed is part of the cell.
  while (countOf(text.slice(from, end), '"') % 2 === 1) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return -1;
  }
  return end;
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

function quotedCells(row: string): string[] {
  const cells: string[] = [];
  for (let from = 0; from <= row.length; ) {
    let end = from;
    if (row[from] === '"') {
      end = closingQuote(row, from);
      cells.push(row.slice(from + 1, end).replaceAll('""', '"'));
      end = row.indexOf(',', end);
    } else {
      end = row.indexOf(',', from);
      cells.push(row.slice(from, end < 0 ? row.length : end));
    }
    if (end < 0) break;
    from = end + 1;
  }
  return cells;
}

/** Two quotes are one quote within the cell. */
function closingQuote(row: string, open: number): number {
  for (let at = row.indexOf('"', open + 1); at >= 0; at = row.indexOf('"', at + 2)) {
    if (row[at + 1] !== '"') return at;
  }
  return row.length;
}
