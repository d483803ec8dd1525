import type { Region } from './fleet.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** How busy a region is at this time, about 0.08 (deep night) to 1 (a weekday's evening). */
export function dailyShape(region: Region, timeMs: number): number {
  const localMs = timeMs + region.utcOffsetHours * hourMs;
  const hour = (((localMs % dayMs) + dayMs) % dayMs) / hourMs;
  // 1 January 1970 was a Thursday.
  const weekday = (((Math.floor(localMs / dayMs) + 4) % 7) + 7) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  const lunch = hump(hour, 12.5, 2.2);
  const evening = hump(hour, 20, 2.8);
  return 0.08 + (isWeekend ? 0.45 : 0.55) * lunch + (isWeekend ? 0.92 : 0.84) * evening;
}

/** A bell around `center`, on the circle of the day. */
function hump(hour: number, center: number, widthHours: number): number {
  const distance = Math.abs(hour - center);
  const around = Math.min(distance, 24 - distance);
  return Math.exp(-((around / widthHours) ** 2) / 2);
}

/** When the feature was switched on and how fast people took it up. */
export interface Launch {
  readonly launchMs: number;
  readonly takeUpMs: number;
}

/** Part of the audience that uses the feature: nothing before the launch, then growing to 1. */
export function adoption(launch: Launch, timeMs: number): number {
  if (timeMs < launch.launchMs) return 0;
  // A tenth has it at once (the staged roll-out begins there).
  return 1 - 0.9 * Math.exp(-(timeMs - launch.launchMs) / launch.takeUpMs);
}
