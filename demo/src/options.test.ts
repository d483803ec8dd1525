import { expect, test } from 'vitest';
import { durationMs, help, parseOptions } from './options.ts';

test('without arguments the defaults hold', () => {
  expect(parseOptions([])).toEqual({
    url: 'http://127.0.0.1:4318',
    seed: 1,
    speed: 1,
    backfillMs: 0,
    stepMs: 60_000,
    incidentAfterMs: 240_000,
    incidentForMs: 360_000,
    pastIncidentMs: undefined,
    durationMs: undefined,
    timeOfDayMs: undefined,
    token: undefined,
  });
});

test('two weeks of history at sixty times the speed', () => {
  expect(parseOptions(['--backfill', '14d', '--speed', '60'])).toMatchObject({
    backfillMs: 14 * 86_400_000,
    speed: 60,
  });
});

test('an incident in the history is three days back when asked for', () => {
  expect(parseOptions(['--backfill', '14d', '--past-incident', '3d'])).toMatchObject({
    pastIncidentMs: 3 * 86_400_000,
  });
});

test.each([
  [['--backfill', 'long'], '--backfill: not a duration: long'],
  [['--speed', '0'], '--speed: not a number of at least'],
  [['--url', 'localhost'], '--url: not an address'],
  [['--step', '10ms'], '--step: at least 1s'],
  [['--time-of-day', '24:00'], '--time-of-day: not a time: 24:00'],
  [['--sped', '2'], 'sped'],
])('%j is refused by name', (args, message) => {
  expect(parseOptions(args)).toMatchObject({ problem: expect.stringContaining(message) });
});

test('a time of day counts from midnight', () => {
  expect(parseOptions(['--time-of-day', '20:30'])).toMatchObject({ timeOfDayMs: 73_800_000 });
});

test('durations add up their units', () => {
  expect(durationMs('1h30m')).toBe(5_400_000);
  expect(durationMs('1.5h')).toBeUndefined();
});

test('the help names every option', () => {
  for (const name of [
    'url',
    'backfill',
    'step',
    'speed',
    'time-of-day',
    'seed',
    'incident-after',
    'incident-for',
    'past-incident',
    'for',
    'token',
  ]) {
    expect(help).toContain(`--${name}`);
  }
  expect(parseOptions(['--help'])).toBe('help');
});
