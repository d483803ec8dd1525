import { expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { type LookupTable, parseLookupTable } from './lookup-table.ts';

const options = { column: undefined, columns: ['plan', 'seats'], rowsMax: 3 };

function parse(text: string, format: 'csv' | 'json', column?: string): LookupTable | string {
  const table = parseLookupTable(text, format, { ...options, column });
  return isFault(table) ? table.message : table;
}

test('a CSV file: quotes, commas and line breaks within them, a byte order mark, any line ends', () => {
  const text = '\uFEFFid,plan,seats\r\n"a,1","big ""one""\nplan",5\n\nb,,7\rc,free,';
  expect(parse(text, 'csv')).toEqual(
    new Map([
      ['a,1', ['big "one"\nplan', '5']],
      ['b', [undefined, '7']],
      ['c', ['free', undefined]],
    ]),
  );
  expect(parse('plan,id,seats\nbig,a,5', 'csv', 'id')).toEqual(new Map([['a', ['big', '5']]]));
});

test('a JSON file: numbers and booleans stay what they are', () => {
  const text = '[{"id": "a", "plan": "big", "seats": 5}, {"id": 7, "plan": true, "seats": null}]';
  expect(parse(text, 'json', 'id')).toEqual(
    new Map([
      ['a', ['big', 5]],
      ['7', [true, undefined]],
    ]),
  );
});

test.each([
  ['', 'csv', '1: expected a header with the names of the columns'],
  ['id,plan\n', 'csv', '1: there is no column "seats"; there are: id, plan'],
  ['id,plan,seats\na,b\n', 'csv', '2: 2 fields, where the header has 3'],
  ['id,plan,seats\n"a\nb",b,1\nc,"d,2', 'csv', '4: a quote is not closed'],
  ['id,plan,seats\n"a"b,c,1', 'csv', '2: expected a comma or the end of the line after a quoted field'],
  ['id,plan,seats\n"x\ny",b,1\na,b,1\na,c,2', 'csv', '5: "a" is there twice, first in line 4'],
  ['id,plan,seats\na,,\nb,,\nc,,\nd,,', 'csv', '5: more than 3 rows (limit: rows_max)'],
  ['{}', 'json', '1: expected an array of objects'],
  ['[\n  {"id": "a"},\n  5\n]', 'json', '3: expected an object'],
  [
    '[\n  {"id": "[,"},\n\n  {"id": "b", "plan": {}}]',
    'json',
    '4: plan must be a text, a number, true or false',
  ],
  ['[\n  {"id": "a"}, {"id": true}]', 'json', '2: id must be a text or a number'],
  ['[{"id": "a"},\n{"id": "a"}]', 'json', '2: "a" is there twice, first in line 1'],
] as const)('%j is refused with its line', (text, format, message) => {
  expect(parse(text, format, format === 'json' ? 'id' : undefined)).toBe(message);
});

test.each([
  ['[\n{"id": }]', 2],
  ['[\n{"id": "a"},\n\n{"id" "b"}\n]', 4],
  ['[\n{"id": "a"}\n{"id": "b"}]', 3],
  ['[\n{"id": "a"},\n{\n"id": "b"}', 4],
  ['', 1],
  ['x', 1],
])('JSON that is none is refused with its line: %j', (text, line) => {
  expect(parse(text, 'json', 'id')).toMatch(new RegExp(`^${line}: not valid JSON`));
});
