import { describe, expect, test } from 'vitest';
import { alternate, processCpuSeconds, processRssBytes, spreadOf } from './harness.ts';
import { formatNumber } from './report.ts';

describe('bench harness', () => {
  test('the median of an even count is the mean of the middle two, and the range is kept', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4, count: 4 });
    expect(spreadOf([9, 1, 5]).median).toBe(5);
  });

  test('rounds alternate between contenders and the first one is not counted', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({
      name,
      round: async (round: number) => {
        order.push(`${name}${round}`);
        return { amount: round, cpuSeconds: 1, wallSeconds: 1 };
      },
    });
    const readings = await alternate([contender('a'), contender('b')], 2);
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(readings.get('a')!.map((reading) => reading.amount)).toEqual([1, 2]);
  });

  test.runIf(process.platform === 'linux')(
    'CPU time of a process grows with work and counts its threads',
    () => {
      const before = processCpuSeconds(process.pid);
      let sum = 0;
      for (let i = 0; i < 3e7; i++) sum += Math.sqrt(i);
      expect(sum).toBeGreaterThan(0);
      expect(processCpuSeconds(process.pid)).toBeGreaterThan(before);
      expect(processRssBytes(process.pid)).toBeGreaterThan(1e6);
    },
  );

  test('numbers keep three digits', () => {
    expect([1_234_567, 45_678, 123, 12.345, 1.2345, 0.012345, 0].map(formatNumber)).toEqual([
      '1.23 M',
      '45.7 k',
      '123',
      '12.3',
      '1.23',
      '0.0123',
      '0',
    ]);
  });
});
