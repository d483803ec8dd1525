import { describe, expect, test } from 'vitest';
import { civilTime } from './civil-time.ts';

const HOUR_MS = 3_600_000;

describe('civil time', () => {
  test('weeks begin on Sunday, before the epoch too', () => {
    const utc = civilTime('UTC', []);
    expect(utc.hourOfWeek(Date.UTC(2026, 2, 1))).toBe(0);
    expect(utc.hourOfWeek(Date.UTC(2026, 2, 7, 23, 59))).toBe(167);
    expect(utc.hourOfWeek(Date.UTC(1969, 11, 28, 5))).toBe(5);
  });

  test('a holiday has the hours of a Sunday', () => {
    const time = civilTime('UTC', ['2026-04-01']);
    expect(time.hourOfWeek(Date.UTC(2026, 3, 1, 9))).toBe(9);
    expect(time.hourOfWeek(Date.UTC(2026, 3, 2, 9))).toBe(4 * 24 + 9);
  });

  test('the offset of a zone changes when its clocks do', () => {
    const paris = civilTime('Europe/Paris', []);
    const change = Date.UTC(2026, 2, 29, 1);
    expect(paris.localMs(change - 1) - (change - 1)).toBe(HOUR_MS);
    expect(paris.localMs(change) - change).toBe(2 * HOUR_MS);
    const kolkata = civilTime('Asia/Kolkata', []);
    expect(kolkata.localMs(0)).toBe(5.5 * HOUR_MS);
    expect(civilTime('America/New_York', []).localMs(0)).toBe(-5 * HOUR_MS);
  });
});
