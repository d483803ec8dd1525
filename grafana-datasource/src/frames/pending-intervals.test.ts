import type { AlertGroup } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { pendingIntervals } from './pending-intervals.ts';

const span = { stepMs: 1000, toMs: 20_000 };
const series = (labels: Record<string, string>, timesMs: number[]) => ({
  labels: { __name__: 'ALERTS', alertstate: 'pending', ...labels },
  timesMs,
  values: timesMs.map(() => 1),
});
const group = (labels: Record<string, string>, startsAtMs: number) =>
  ({ id: `g${startsAtMs}`, members: [{ labels, startsAtMs, fingerprint: 'f' }] }) as unknown as AlertGroup;
const shape = (found: ReturnType<typeof pendingIntervals>) =>
  found.map(({ interval: { startMs, endMs, open }, known }) => [startMs, endMs, open, known?.group.id]);

test('what was pending reaches up to where it fired, ends where it came to nothing, and is open at the end', () => {
  const found = pendingIntervals(
    [series({ alertname: 'A', pod: '1' }, [1000, 2000, 3000, 7000, 8000, 19_000])],
    [group({ alertname: 'A', pod: '1', cluster: 'x' }, 3400)],
    span,
  );
  expect(shape(found)).toEqual([
    [1000, 3400, false, 'g3400'],
    [7000, 9000, false, 'g3400'],
    [19_000, 20_000, true, 'g3400'],
  ]);
});

test('an alert that never fired is known by its labels alone, and others do not take its place', () => {
  const [found] = pendingIntervals(
    [series({ alertname: 'A', pod: '1' }, [1000])],
    [group({ alertname: 'A', pod: '2' }, 1500), group({ alertname: 'B', pod: '1' }, 1500)],
    span,
  );
  expect(found.known).toBeUndefined();
  expect(found.labels).toEqual({ alertname: 'A', pod: '1' });
});
