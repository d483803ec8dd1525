import { describe, expect, test } from 'vitest';
import { smallLimits } from './config.ts';
import { killRepeatedly } from './kill.ts';

const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 0x1_0000_0000));

describe('the real process, ended at random moments under load', () => {
  test(`SIGKILL loses nothing that was acknowledged and doubles nothing (seed ${seed})`, async () => {
    const report = await killRepeatedly({
      kills: 5,
      seed,
      config: smallLimits,
      end: 'kill',
      lifeMsMax: 1500,
      leapProbability: 0.02,
    });
    expect(report.violations).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(100);
    expect(report.startsWithSnapshot + report.startsWithBlocks).toBeGreaterThan(0);
  }, 300_000);

  test(`SIGTERM loses nothing that was acknowledged and doubles nothing (seed ${seed})`, async () => {
    const report = await killRepeatedly({
      kills: 2,
      seed,
      config: smallLimits,
      end: 'terminate',
      lifeMsMax: 1500,
      leapProbability: 0.02,
    });
    expect(report.violations).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 300_000);
});
