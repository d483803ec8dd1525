import { type Fault, permanent } from '../../base/index.ts';

export interface CsvRecord {
  /** Line of the file that the record begins on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** RFC 4180: commas, records by line, fields in double quotes when they hold either or a quote (which is doubled). */
export function parseCsv(text: string): readonly CsvRecord[] | Fault {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let startLine = 1;
  // Spreadsheets put a byte order mark first.
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    if (fields.length === 0) startLine = line;
    let field: string;
    if (text[at] === '"') {
      const quoted = quotedField(text, at);
      if (quoted === undefined) return permanent('invalid', `${startLine}: a quote is not closed`);
      field = quoted.field;
      for (let i = at; i < quoted.end; i++) if (text[i] === '\n') line += 1;
      at = quoted.end;
      if (at < text.length && !/[,\r\n]/.test(text[at])) {
        return permanent('invalid', `${line}: expected a comma or the end of the line after a quoted field`);
      }
    } else {
      const end = endOfField(text, at);
      field = text.slice(at, end);
      at = end;
    }
    fields.push(field);
    if (text[at] === ',') {
      at += 1;
      // A comma at the very end is followed by one more, empty field.
      if (at < text.length) continue;
      fields.push('');
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    line += 1;
    if (fields.length > 1 || fields[0] !== '') records.push({ line: startLine, fields });
    fields = [];
  }
  return records;
}

function endOfField(text: string, at: number): number {
  for (let end = at; ; end++) {
    const code = text.charCodeAt(end);
    // NaN beyond the end.
    if (Number.isNaN(code) || code === 0x2c || code === 0x0a || code === 0x0d) return end;
  }
}

function quotedField(text: string, at: number): { readonly field: string; readonly end: number } | undefined {
  let end = at + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) return undefined;
    if (text[end + 1] !== '"') return { field: text.slice(at + 1, end).replaceAll('""', '"'), end: end + 1 };
    end += 2;
  }
}
