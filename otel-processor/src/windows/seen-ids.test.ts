import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../base/index.ts';
import { SeenIds } from './seen-ids.ts';

test('at least the last idsMax ids are known, and never more than twice as many', () => {
  const ids = new SeenIds(100);
  for (let i = 0; i < 1000; i++) {
    expect(ids.add(`id-${i}`)).toBe(true);
    expect(ids.size).toBeLessThanOrEqual(200);
    for (let back = 0; back < Math.min(100, i); back += 7) expect(ids.add(`id-${i - back}`)).toBe(false);
  }
  expect(ids.add('id-0'), 'one from long ago is new again').toBe(true);
});

test('a restart forgets none', () => {
  const before = new SeenIds(10);
  for (let i = 0; i < 17; i++) before.add(`id-${i}`);
  const writer = new ByteWriter();
  for (const _ of before.encode(writer));
  const after = new SeenIds(10);
  after.decode(new ByteReader(writer.finish()));
  for (let i = 0; i < 25; i++) expect(after.add(`id-${i}`)).toBe(before.add(`id-${i}`));
});
