import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../base/index.ts';
import { SampleTable } from './sample-table.ts';

const LOOK_MS = 10_000;
const FIRST = 1_000_000;

/** Times within thirty looks, distinct, in order. */
const times = fc
  .uniqueArray(fc.integer({ min: 1, max: 30 * LOOK_MS }), { minLength: 1, maxLength: 80 })
  .map((list) => list.sort((a, b) => a - b).map((ms) => FIRST * LOOK_MS + ms));

function replay(
  samples: ReadonlyArray<readonly [timeMs: number, value: number]>,
  isCounter: boolean,
  visit: (table: SampleTable, slot: number, look: number) => void,
): void {
  const table = new SampleTable();
  const slot = table.add(isCounter);
  let next = 0;
  for (let look = FIRST + 1; look <= FIRST + 30; look++) {
    for (; next < samples.length && samples[next][0] <= look * LOOK_MS; next++)
      table.observe(slot, samples[next][0], samples[next][1], LOOK_MS, look);
    table.settle(slot, look);
    visit(table, slot, look);
  }
}

test('the value at a look is the newest sample at or before it', () => {
  fc.assert(
    fc.property(times, (list) => {
      const samples = list.map((timeMs, i) => [timeMs, i * 7] as const);
      replay(samples, false, (table, slot, look) => {
        const newest = samples.findLast(([timeMs]) => timeMs <= look * LOOK_MS);
        expect(table.value(slot, look)).toBe(newest?.[1] ?? Number.NaN);
        expect(table.timeMs(slot, look)).toBe(newest?.[0] ?? Number.NaN);
      });
    }),
  );
});

test('a sample that comes twice, or behind a newer one, changes nothing', () => {
  fc.assert(
    fc.property(times, fc.nat(), (list, pick) => {
      const samples = list.map((timeMs, i) => [timeMs, i] as const);
      const at = pick % samples.length;
      const disturbed = [
        ...samples.slice(0, at + 1),
        samples[at],
        samples[Math.max(0, at - 1)],
        ...samples.slice(at + 1),
      ];
      const values: number[] = [];
      replay(samples, true, (table, slot, look) => values.push(table.value(slot, look)));
      const others: number[] = [];
      replay(disturbed, true, (table, slot, look) => others.push(table.value(slot, look)));
      expect(others).toEqual(values);
    }),
  );
});

test('increases add up to what was counted, and there is none over a reset', () => {
  const samples = [0, 5, 9, 2, 6].map((value, i) => [FIRST * LOOK_MS + (i + 1) * LOOK_MS, value] as const);
  const increases: number[] = [];
  replay(samples, true, (table, slot, look) => increases.push(table.increase(slot, look, 1)));
  expect(increases.slice(0, 6)).toEqual([Number.NaN, 5, 4, Number.NaN, 4, 0]);
});

test('a series that ended has no value until its next sample', () => {
  const table = new SampleTable();
  const slot = table.add(false);
  const at = FIRST * LOOK_MS;
  table.observe(slot, at, 5, LOOK_MS, FIRST);
  table.settle(slot, FIRST);
  table.stop(slot, at + LOOK_MS, LOOK_MS, FIRST + 1);
  table.settle(slot, FIRST + 1);
  table.observe(slot, at + 2 * LOOK_MS, 6, LOOK_MS, FIRST + 2);
  table.settle(slot, FIRST + 2);
  expect([0, 1, 2].map((n) => table.value(slot, FIRST + n))).toEqual([5, Number.NaN, 6]);
});

test('an encoded slot goes on as the original', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 29 }), (list, cut) => {
      const samples = list.map((timeMs, i) => [timeMs, (i * 13) % 50] as const);
      const values: number[] = [];
      replay(samples, true, (table, slot, look) => values.push(table.increase(slot, look, 3)));
      const cutLook = FIRST + cut;
      let table = new SampleTable();
      let slot = table.add(true);
      let next = 0;
      const others: number[] = [];
      for (let look = FIRST + 1; look <= FIRST + 30; look++) {
        for (; next < samples.length && samples[next][0] <= look * LOOK_MS; next++)
          table.observe(slot, samples[next][0], samples[next][1], LOOK_MS, look);
        table.settle(slot, look);
        others.push(table.increase(slot, look, 3));
        if (look !== cutLook) continue;
        const writer = new ByteWriter();
        table.encode(slot, writer);
        table = new SampleTable();
        slot = table.decode(new ByteReader(writer.finish()));
      }
      expect(others).toEqual(values);
    }),
  );
});
