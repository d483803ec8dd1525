/** A table whose cells are asked for one by one: hundreds of thousands need not exist at once. */
export interface CsvTable {
  readonly headings: readonly string[];
  readonly rowCount: number;
  /** NaN: an empty cell. */
  cell(row: number, column: number): string | number;
}

/** RFC 4180: lines end with CRLF, what holds a comma, a quote or a line's end is quoted. */
export function csvText({ headings, rowCount, cell }: CsvTable): string {
  const lines = [headings.map(csvCell).join(',')];
  for (let row = 0; row < rowCount; row++) {
    const cells = headings.map((_, column) => csvCell(cell(row, column)));
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  // A text that a spreadsheet would run as a formula stays a text.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands the table to the viewer as a file. The mark at its start tells spreadsheets that it is UTF-8. */
export function downloadCsv(title: string, table: CsvTable): void {
  const blob = new Blob(['\ufeff', csvText(table)], { type: 'text/csv;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(title)}.csv`;
  link.click();
  requestAnimationFrame(() => URL.revokeObjectURL(link.href));
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'data';
}
