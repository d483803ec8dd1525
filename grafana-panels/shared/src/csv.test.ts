import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from './csv.ts';

/** A reader of RFC 4180, by its grammar. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  expect(field.lastIndex === 0 || rows.length > 0).toBe(true);
  return rows;
}

test('what was written is read again, whatever it holds', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', 'ü', ' ', ';') });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }));
  fc.assert(
    fc.property(table, (rows) => {
      const text = csvText({ headings: ['x', 'y'], rowCount: rows.length, cell: (r, c) => rows[r][c] });
      const kept = (value: string): string => (value.startsWith('\r') ? `'${value}` : value);
      expect(readCsv(text)).toEqual([['x', 'y'], ...rows.map((row) => row.map(kept))]);
    }),
  );
});

test('numbers are exact, what is missing is empty, and a formula is a text', () => {
  const cells = [0.1 + 0.2, Number.NaN, -5, '=SUM(A1)', '-1'];
  const text = csvText({ headings: ['a', 'b', 'c', 'd', 'e'], rowCount: 1, cell: (_, c) => cells[c] });
  expect(text).toBe("a,b,c,d,e\r\n0.30000000000000004,,-5,'=SUM(A1),'-1\r\n");
});
