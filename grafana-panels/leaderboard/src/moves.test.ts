import { expect, test } from 'vitest';
import { movesOf, movingRowCountMax } from './moves.ts';

const places = (keys: readonly string[]) => new Map(keys.map((key, i) => [key, i]));

test('rows that stand elsewhere have moved by so many rows; those that were out of sight have not', () => {
  const moves = movesOf(places(['a', 'b', 'c', 'd']), places(['c', 'a', 'new', 'd']));
  expect([...moves]).toEqual([
    ['c', 2],
    ['a', -1],
  ]);
});

test('when more rows move than eyes can follow, none is seen moving', () => {
  const names = Array.from({ length: movingRowCountMax + 1 }, (_, i) => `row-${i}`);
  const turned = (keys: readonly string[]) => places([...keys.slice(1), ...keys.slice(0, 1)]);
  const few = names.slice(1);
  expect(movesOf(places(names), turned(names)).size).toBe(0);
  expect(movesOf(places(few), turned(few)).size).toBe(movingRowCountMax);
});
