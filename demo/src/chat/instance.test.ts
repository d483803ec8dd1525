import { describe, expect, test } from 'vitest';
import type { VariantTick } from './experiment.ts';
import { createFleet, regions } from './fleet.ts';
import { tlsIncident } from './incident.ts';
import { ChatInstance, type InstanceTick, type World } from './instance.ts';
import { adoption, dailyShape, dayMs, hourMs } from './load-shape.ts';

// A Wednesday, 18:00 UTC: evening in eu-west.
const eveningMs = Date.UTC(2025, 5, 11, 18);
const world = (seed: number, incidents = [tlsIncident(eveningMs, eveningMs + hourMs)]): World => ({
  seed,
  launch: { launchMs: eveningMs - dayMs, takeUpMs: hourMs },
  incidents,
});

function ticks(
  seed: number,
  host: string,
  fromMs: number,
  count: number,
  incidents?: World['incidents'],
): InstanceTick[] {
  const given = incidents === undefined ? world(seed) : { ...world(seed), incidents };
  const id = createFleet(seed).find((each) => each.host === host)!;
  const instance = new ChatInstance(id, given);
  return Array.from({ length: count }, (_, index) => instance.tick(fromMs + index * 60_000, 60));
}

function errorRatio(list: readonly InstanceTick[], device: string): number {
  let errors = 0;
  let messages = 0;
  for (const tick of list) {
    for (const each of tick.devices.filter((item) => item.device === device)) {
      messages += each.messageCount;
      for (const count of each.errorCounts.values()) errors += count;
    }
  }
  return errors / messages;
}

function total(list: readonly InstanceTick[], count: (visits: VariantTick) => number): number {
  let sum = 0;
  for (const tick of list)
    for (const device of tick.devices) for (const v of device.variants) sum += count(v);
  return sum;
}

describe('the simulated chat service', () => {
  test('gives the same ticks for the same seed and others for another', () => {
    const first = ticks(1, 'chat-eu-west-0', eveningMs, 20);
    expect(ticks(1, 'chat-eu-west-0', eveningMs, 20)).toEqual(first);
    expect(ticks(2, 'chat-eu-west-0', eveningMs, 20)).not.toEqual(first);
  });

  test('instance ids are distinct, stable for a seed, and change with it', () => {
    const ids = createFleet(1).map(({ id }) => id);
    expect(new Set(ids).size).toBe(8);
    expect(createFleet(1).map(({ id }) => id)).toEqual(ids);
    expect(createFleet(2).map(({ id }) => id)).not.toEqual(ids);
  });

  test('the incident raises errors on its region and device, and nowhere else', () => {
    const during = ticks(1, 'chat-eu-west-0', eveningMs + 600_000, 45);
    expect(errorRatio(during, 'android')).toBeGreaterThan(0.15);
    expect(errorRatio(during, 'ios')).toBeLessThan(0.02);
    expect(errorRatio(ticks(1, 'chat-us-east-0', eveningMs + 600_000, 45), 'android')).toBeLessThan(0.02);
  });

  test('the roll-back ends it', () => {
    const after = ticks(1, 'chat-eu-west-0', eveningMs + hourMs, 45);
    expect(errorRatio(after, 'android')).toBeLessThan(0.02);
  });

  test('deliveries drawn stand for all messages', () => {
    for (const tick of ticks(3, 'chat-ap-south-0', eveningMs, 10)) {
      for (const device of tick.devices) {
        expect(device.weights.reduce((sum, weight) => sum + weight, 0)).toBe(device.messageCount);
        expect(device.deliveriesS.every((durationS) => durationS > 0)).toBe(true);
      }
    }
  });

  test('nobody chats before the launch, but the shop has visitors', () => {
    const [tick] = ticks(1, 'chat-eu-west-0', eveningMs - 2 * dayMs, 1);
    expect(tick.devices.map((device) => device.messageCount)).toEqual([0, 0, 0]);
    expect(total([tick], (visits) => visits.sessionCount)).toBeGreaterThan(0);
  });

  test('half of the visitors see each variant, and one of them sells more', () => {
    const day = ticks(1, 'chat-eu-west-0', eveningMs + 2 * hourMs, 24 * 60);
    const sessions = (variant: string): number =>
      total(day, (v) => (v.variant === variant ? v.sessionCount : 0));
    const orders = (variant: string): number =>
      total(day, (v) => (v.variant === variant ? v.conversionCount : 0));
    expect(sessions('friends') / sessions('control')).toBeCloseTo(1, 1);
    const ratio = orders('friends') / sessions('friends') / (orders('control') / sessions('control'));
    expect(ratio).toBeGreaterThan(1.1);
    expect(ratio).toBeLessThan(1.3);
  });

  test('nobody orders who was not there', () => {
    for (const tick of ticks(2, 'chat-ap-south-1', eveningMs, 600)) {
      for (const { variants } of tick.devices)
        for (const { sessionCount, conversionCount } of variants)
          expect(conversionCount).toBeLessThanOrEqual(sessionCount);
    }
  });
});

test('adoption is nothing before the launch and never falls after it', () => {
  const launch = { launchMs: 1000, takeUpMs: 500 };
  expect(adoption(launch, 999)).toBe(0);
  let last = adoption(launch, 1000);
  for (let timeMs = 1000; timeMs < 5000; timeMs += 100) {
    expect(adoption(launch, timeMs)).toBeGreaterThanOrEqual(last);
    last = adoption(launch, timeMs);
  }
  expect(last).toBeGreaterThan(0.99);
});

test('every region is busiest in its own evening and quiet at night', () => {
  for (const region of regions) {
    const localMs = (hour: number): number => Date.UTC(2025, 5, 11, hour) - region.utcOffsetHours * hourMs;
    expect(dailyShape(region, localMs(20))).toBeGreaterThan(0.9);
    expect(dailyShape(region, localMs(4))).toBeLessThan(0.15);
  }
});
