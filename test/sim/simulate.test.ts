import { describe, expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const first = Number(process.env['SIM_SEED'] ?? Math.floor(Math.random() * 0x1_0000_0000));

describe('simulation of a whole tenant', () => {
  test.each(Array.from({ length: 30 }, (_, i) => first + i))(
    'seed %i: acknowledged is recovered, nothing twice, queries agree (node test/sim/run.ts --seed N)',
    async (seed) => {
      const report = await simulate(seed, 300);
      expect(report.violations).toEqual([]);
      expect(report.acknowledged).toBeGreaterThan(0);
    },
  );
});
