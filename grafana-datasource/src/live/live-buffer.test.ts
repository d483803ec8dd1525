import { compareDataFrameStructures } from '@grafana/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LiveBuffer } from './live-buffer.ts';

const options = { refId: 'A', expression: 'x', stepMs: 1000 };
const one = (name: string, value: number) => ({ labels: { name }, timesMs: [0], values: [value] });

function columns(buffer: LiveBuffer): unknown[][] {
  return buffer.frame().fields.map(({ values }) => values as unknown[]);
}

test('results are rows; a series that a result lacks has a gap and keeps its place', () => {
  const buffer = new LiveBuffer(60_000, options);
  buffer.append(1000, [one('a', 1), one('b', 2)]);
  buffer.append(2000, [one('b', 3)]);
  buffer.append(3000, [one('c', 5), one('a', 4)]);
  expect(columns(buffer)).toEqual([
    [1000, 2000, 3000],
    [1, null, 4],
    [2, 3, null],
    [null, null, 5],
  ]);
});

test('the same moment again replaces, an older one is left out, what leaves the window goes', () => {
  const buffer = new LiveBuffer(2000, options);
  for (const timeMs of [1000, 2000, 3000]) buffer.append(timeMs, [one('a', timeMs)]);
  buffer.append(3000, [one('a', 7)]);
  buffer.append(1500, [one('a', 9)]);
  buffer.append(4000, [one('a', 4)]);
  expect(columns(buffer)).toEqual([
    [2000, 3000, 4000],
    [2000, 7, 4],
  ]);
});

test('what was missed is put in between', () => {
  const buffer = new LiveBuffer(60_000, options);
  buffer.append(1000, [one('a', 1)]);
  buffer.append(5000, [one('a', 5)]);
  buffer.insert([
    { labels: { name: 'a' }, timesMs: [2000, 3000], values: [2, 3] },
    { labels: { name: 'b' }, timesMs: [3000], values: [30] },
  ]);
  expect(columns(buffer)).toEqual([
    [1000, 2000, 3000, 5000],
    [1, 2, 3, 5],
    [null, null, 30, null],
  ]);
});

test('a frame that was given away does not change', () => {
  const buffer = new LiveBuffer(60_000, options);
  buffer.append(1000, [one('a', 1)]);
  const frame = buffer.frame();
  buffer.append(2000, [one('a', 2)]);
  expect(frame.fields[1].values).toEqual([1]);
});

test('frames of the same series have the same structure, by the same objects', () => {
  const linksOf = () => [{ title: 'Forecast', url: '/x' }];
  const buffer = new LiveBuffer(60_000, { ...options, linksOf });
  buffer.append(1000, [one('a', 1), one('b', 2)]);
  const first = buffer.frame();
  buffer.append(2000, [one('b', 3), one('a', 2)]);
  const second = buffer.frame();
  expect(compareDataFrameStructures(first, second)).toBe(true);
  second.fields.slice(1).forEach((field, i) => {
    expect(field.config).toBe(first.fields[i + 1].config);
    expect(field.config.links).toEqual(linksOf());
    expect(field.labels).toBe(first.fields[i + 1].labels);
  });
});

test('whatever order results come in, whatever series they lack, and whatever is put in between, each value is at its series and time', () => {
  const step = fc.record({
    present: fc
      .subarray(['a', 'b', 'c', 'd'], { minLength: 0 })
      .chain((names) => fc.shuffledSubarray(names, { minLength: names.length })),
    isInsert: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const buffer = new LiveBuffer(5000, options);
      const given = new Map<string, number>();
      steps.forEach(({ present, isInsert }, i) => {
        const timeMs = (i + 1) * 1000;
        const result = present.map((name) => ({ ...one(name, i), timesMs: [timeMs] }));
        for (const name of present) given.set(`${name} ${timeMs}`, i);
        if (isInsert) buffer.insert(result);
        else buffer.append(timeMs, result);
      });
      const [time, ...fields] = buffer.frame().fields;
      for (const { labels, values } of fields)
        expect(values).toEqual(
          time.values.map((timeMs: number) => given.get(`${labels?.['name']} ${timeMs}`) ?? null),
        );
    }),
  );
});
