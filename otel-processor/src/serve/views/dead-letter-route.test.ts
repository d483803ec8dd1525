import { afterEach, expect, test } from 'vitest';
import { retryable } from '../../base/index.ts';
import { createFakeTenant, type RunningService, startService } from '../fakes.test-support.ts';

let running: RunningService | undefined;
afterEach(async () => {
  await running?.service.shutdown();
  running = undefined;
});

async function ask(
  search: string,
  deadLetters: ReturnType<typeof createFakeTenant>['events']['deadLetters'],
) {
  const tenant = createFakeTenant();
  running = await startService({}, [{ ...tenant, events: { ...tenant.events, deadLetters } }]);
  const response = await fetch(`${running.url}/statbar/v1/events/dead-letters${search}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const lines = [
  '{"reason":"schema","n":3}',
  'not JSON',
  '5',
  '{"reason":"too_large","n":2}',
  '{"reason":"schema","n":1}',
];

test.each([
  ['', [3, 2, 1]],
  ['?reason=schema', [3, 1]],
  ['?reason=schema&limit=1', [3]],
  ['?reason=nothing', []],
])('%s gives the newest first, by reason and limit', async (search, expected) => {
  const { status, body } = await ask(search, async () => lines);
  expect(status).toBe(200);
  const { deadLetters } = body['data'] as { deadLetters: Array<{ n: number }> };
  expect(deadLetters.map(({ n }) => n)).toEqual(expected);
});

test.each(['0', '-1', '1.5', 'x', '10001'])('limit=%s is refused', async (limit) => {
  const { status, body } = await ask(`?limit=${limit}`, async () => lines);
  expect([status, body['error']]).toEqual([400, expect.stringContaining('"limit"')]);
});

test('says so when none are kept, and when they cannot be read', async () => {
  expect(await ask('', undefined)).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining('events.dead_letters.size_max') },
  });
  await running?.service.shutdown();
  expect(await ask('', async () => retryable('unavailable', 'the disk is away', 1000))).toMatchObject({
    status: 503,
    body: { error: 'the disk is away' },
  });
});

test('late events come by view, the latest to arrive first', async () => {
  const tenant = createFakeTenant();
  const late = [1, 2, 3].map((timestampMs) => ({
    ...{ view: timestampMs === 2 ? 'b' : 'a', name: 'e', source: 's', timestampMs, watermarkMs: 9 },
    attributes: { region: 'eu' },
  }));
  const events = { ...tenant.events, lateEvents: () => late, hasView: (name: string) => name !== 'c' };
  running = await startService({}, [{ ...tenant, events }]);
  const times = async (search: string): Promise<unknown> => {
    const response = await fetch(`${running?.url}/statbar/v1/events/late${search}`);
    const { data } = (await response.json()) as { data?: { lateEvents: typeof late } };
    return data?.lateEvents.map(({ timestampMs }) => timestampMs) ?? response.status;
  };
  expect(await times('')).toEqual([3, 2, 1]);
  expect(await times('?view=a')).toEqual([3, 1]);
  expect(await times('?view=a&limit=1')).toEqual([3]);
  expect(await times('?view=c')).toBe(404);
  expect(await times('?limit=0')).toBe(400);
});
