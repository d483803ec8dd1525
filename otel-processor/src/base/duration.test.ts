import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, isFault, parseDuration } from './index.ts';

test('durations are read in the notation of Prometheus', () => {
  expect(parseDuration('1h30m')).toBe(5_400_000);
  expect(parseDuration('250ms')).toBe(250);
  expect(parseDuration('1y2w3d')).toBe((365 + 14 + 3) * 86_400_000);
  expect(parseDuration('0')).toBe(0);
});

test('what is not a duration is refused with the text and an example', () => {
  for (const text of ['', '5', 's', '1m1h', '-5m', '1.5h', '5 m', 'm5']) {
    const fault = parseDuration(text);
    expect(isFault(fault) && fault.message).toContain('not a duration');
  }
});

test('formatting is undone by parsing', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 * 365 * 86_400_000 }), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
    }),
  );
  expect(formatDuration(90_000)).toBe('1m30s');
  expect(formatDuration(15 * 86_400_000)).toBe('15d');
});
