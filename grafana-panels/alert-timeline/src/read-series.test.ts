import { FieldType, toDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIntervals } from './read-alerts.ts';

const series = (times: readonly number[], alertstate: string, values = times.map(() => 1), config = {}) =>
  toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: [...times], config },
      {
        name: 'Value',
        type: FieldType.number,
        values,
        labels: { __name__: 'ALERTS', alertname: 'Slow', alertstate, team: 'shop', job: 'api' },
      },
    ],
  });

const shape = (frames: ReturnType<typeof series>[], asked = { stepMs: 10, toMs: 100 }) =>
  (readIntervals(frames, asked) ?? []).map(({ state, startMs, endMs, isOpen }) => [
    state,
    startMs,
    endMs,
    isOpen,
  ]);

describe("series of Prometheus's ALERTS", () => {
  test('steps that follow one another are one interval, a missing step is a gap', () => {
    expect(shape([series([0, 10], 'pending'), series([20, 30, 60, 70], 'firing')])).toEqual([
      ['pending', 0, 20, false],
      ['firing', 20, 40, false],
      ['firing', 60, 80, false],
    ]);
  });

  test('what is still there at the end of the range is open', () => {
    expect(shape([series([80, 90], 'firing')])).toEqual([['firing', 80, 100, true]]);
  });

  test('a longer step than was asked for is the step', () => {
    expect(shape([series([0, 30, 60], 'firing')])).toEqual([['firing', 0, 90, true]]);
  });

  test('empty values and zeros are no alert', () => {
    const values = [1, null, 0, 1] as number[];
    expect(shape([series([0, 10, 20, 30], 'firing', values)])).toEqual([
      ['firing', 0, 10, false],
      ['firing', 30, 40, false],
    ]);
  });

  test('pending and firing are of one alert, with its labels', () => {
    const read = readIntervals([series([0], 'pending'), series([10], 'firing')], { stepMs: 10, toMs: 0 });
    expect(new Set(read?.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(read?.[0]).toMatchObject({
      ...{ name: 'Slow', team: 'shop', service: 'api' },
      labels: { alertname: 'Slow', team: 'shop', job: 'api' },
    });
  });

  test('other series are no alerts', () => {
    expect(readIntervals([series([0], 'inactive')])).toBeUndefined();
  });

  test('every step is in exactly one interval, and no interval reaches beyond its last step', () => {
    const present = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(present, (at) => {
        const times = at.flatMap((is, i) => (is ? [i * 10] : []));
        const read = shape([series(times, 'firing', undefined, { interval: 10 })]);
        at.forEach((is, i) => {
          const within = read.filter(([, start, end]) => Number(start) <= i * 10 && i * 10 < Number(end));
          expect(within.length).toBe(is ? 1 : 0);
        });
      }),
    );
  });
});
