import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WatermarkTracker } from './watermark.ts';
import { firstStartEndingAfter, lastEndHolding, sliceAt, windowShape } from './window-shape.ts';

const options = { outOfOrdernessMs: 100, idleAfterMs: 1000, sourcesMax: 3 };

test('the slowest source that is not idle holds the watermark; an idle one does not', () => {
  const tracker = new WatermarkTracker(options);
  tracker.observe('fast', 5000, 5000);
  tracker.observe('slow', 3000, 5000);
  expect(tracker.advance(5000)).toBe(2900);
  tracker.observe('fast', 5900, 5900);
  expect(tracker.advance(5999)).toBe(2900);
  expect(tracker.advance(6000)).toBe(5800);
  // It comes back with what it had: the watermark stays where it is.
  tracker.observe('slow', 3100, 6100);
  expect(tracker.advance(6100)).toBe(5800);
});

test('when all are idle the clock moves it, and times in the future do not', () => {
  const tracker = new WatermarkTracker(options);
  expect(tracker.advance(100_000)).toBe(Number.NEGATIVE_INFINITY);
  tracker.observe('a', 1_000_000, 5000);
  expect(tracker.advance(5000)).toBe(4900);
  expect(tracker.advance(7000)).toBe(5900);
  expect(tracker.advance(8000)).toBe(6900);
});

test('how often one looks does not matter, also with times in the future and sources that come back', () => {
  const observation = fc.record({
    afterMs: fc.integer({ min: 0, max: 1500 }),
    source: fc.constantFrom('a', 'b', 'c'),
    aheadMs: fc.integer({ min: -2000, max: 2000 }),
    looks: fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 20 }), (observations) => {
      const [often, seldom] = [new WatermarkTracker(options), new WatermarkTracker(options)];
      let nowMs = 10_000;
      for (const { afterMs, source, aheadMs, looks } of observations) {
        for (const lookMs of looks.filter((each) => each < afterMs).sort((a, b) => a - b))
          often.advance(nowMs + lookMs);
        nowMs += afterMs;
        expect(often.advance(nowMs)).toBe(seldom.advance(nowMs));
        for (const tracker of [often, seldom]) tracker.observe(source, nowMs + aheadMs, nowMs);
        expect(often.advance(nowMs)).toBe(seldom.advance(nowMs));
      }
    }),
  );
});

test('sources beyond the limit share one place', () => {
  const tracker = new WatermarkTracker(options);
  for (let i = 0; i < 100; i++) tracker.observe(`s${i}`, 1000 + i, 2000);
  expect(tracker.sourceCount).toBe(4);
});

test('each time is in exactly one tumbling window and in size / slide sliding ones, negative times too', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(10 ** 13), max: 10 ** 13 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 20 }),
      (timestampMs, slideMs, overlaps) => {
        const shape = windowShape(slideMs * overlaps, slideMs);
        const holding: number[] = [];
        const last = lastEndHolding(shape, timestampMs) - shape.sizeMs;
        for (let startMs = firstStartEndingAfter(shape, timestampMs); startMs <= last; startMs += slideMs) {
          if (startMs <= timestampMs && timestampMs < startMs + shape.sizeMs) holding.push(startMs);
        }
        expect(holding.length).toBe(overlaps);
        expect(firstStartEndingAfter(shape, timestampMs) + shape.sizeMs).toBeGreaterThan(timestampMs);
        expect(sliceAt(shape, timestampMs) * shape.sliceMs).toBeLessThanOrEqual(timestampMs);
      },
    ),
  );
});
