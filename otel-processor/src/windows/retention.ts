import type { Cohort } from '../math/index.ts';
import type { WindowSpan, WriteValue } from './aggregates.ts';

/**
 * For each distance n in periods, from 1: which share of those who were first seen in the window's periods was seen
 * again n periods later, and how many they are. Only cohorts whose later period lies in the window are looked at.
 */
export function writeRetention(
  cohorts: readonly Cohort[],
  everyMs: number,
  { sizeMs, endMs }: WindowSpan,
  write: WriteValue,
): void {
  const lastPeriod = Math.round(endMs / everyMs) - 1;
  const periodCount = Math.round(sizeMs / everyMs);
  for (let distance = 1; distance < periodCount; distance++) {
    let users = 0;
    let returned = 0;
    for (const { period, size, seenAfter } of cohorts) {
      if (period + distance > lastPeriod) continue;
      users += size;
      returned += seenAfter[distance - 1] ?? 0;
    }
    if (users === 0) continue;
    const labels = ['period', String(distance)];
    write('', labels, returned / users);
    write(':users', labels, users);
  }
}
