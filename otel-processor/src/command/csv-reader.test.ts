import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import { readCsv } from './csv-reader.ts';
import { parseTimeText } from './time-text.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'statbar-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(content: string | Buffer): Promise<string[][]> {
  const path = join(folder, 'x.csv');
  writeFileSync(path, content);
  const rows: string[][] = [];
  for await (const row of readCsv(path)) {
    if (isFault(row)) throw new Error(row.message);
    rows.push([...row.cells]);
  }
  return rows;
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

describe('CSV', () => {
  test('what is written by RFC 4180 is read back, plain and gzipped', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', 'ü', ' ') });
    // A row of one empty cell is an empty line, and those are skipped.
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, end) => {
          const text = rows.map((cells) => cells.map(quoted).join(',') + end).join('');
          expect(await read(text)).toEqual(rows);
          expect(await read(gzipSync(text))).toEqual(rows);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('files larger than one piece, a byte order mark, no end of the last line', async () => {
    const text = `\ufeffa,b\n${'1,"x ""y"""\n'.repeat(30_000)}2,z`;
    const rows = await read(text);
    expect(rows).toHaveLength(30_002);
    expect(rows[0]).toEqual(['a', 'b']);
    expect(rows[30_000]).toEqual(['1', 'x "y"']);
    expect(rows[30_001]).toEqual(['2', 'z']);
  });

  test('rows know their lines, those of quoted cells and empty lines counted', async () => {
    const path = join(folder, 'lines.csv');
    writeFileSync(path, 'a\n"b\nb"\n\nc\n');
    const lines: number[] = [];
    for await (const row of readCsv(path)) if (!isFault(row)) lines.push(row.line);
    expect(lines).toEqual([1, 2, 5]);
  });

  test('what cannot be read is a fault that names the file', async () => {
    const path = join(folder, 'broken.gz');
    writeFileSync(path, Buffer.concat([gzipSync('a,b\n').subarray(0, 12), Buffer.alloc(8)]));
    const rows = [];
    for await (const row of readCsv(path)) rows.push(row);
    expect(rows).toHaveLength(1);
    expect(isFault(rows[0]) && rows[0].message).toContain('broken.gz');
  });

  test('a line without an end is refused before it fills the memory', async () => {
    const path = join(folder, 'long.csv');
    writeFileSync(path, 'x'.repeat(3 << 20));
    const rows = [];
    for await (const row of readCsv(path)) rows.push(row);
    expect(isFault(rows[0]) && rows[0].message).toMatch(/a row of more than 1048576 characters/);
    expect(rows).toHaveLength(1);
  });
});

test('times are ISO 8601, date and time of UTC, seconds or milliseconds', () => {
  const timeMs = Date.UTC(2020, 8, 13, 12, 26, 40);
  for (const text of [
    '2020-09-13T12:26:40Z',
    '2020-09-13T12:26:40.000Z',
    '2020-09-13T14:26:40+02:00',
    '2020-09-13T12:26:40',
    '2020-09-13 12:26:40',
    '1600000000',
    '1600000000.0',
    '1600000000000',
  ]) {
    expect(parseTimeText(text)).toBe(timeMs);
  }
  expect(parseTimeText('2020-09-13')).toBe(Date.UTC(2020, 8, 13));
  expect(parseTimeText('-1')).toBe(-1000);
  for (const text of ['', 'noon', '2020-13-01', '2020-09-13T25:00:00Z', '12:00', '1e9']) {
    expect(parseTimeText(text)).toBeUndefined();
  }
});
