import { afterEach, expect, test } from 'vitest';
import { queryByLabel } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
});

const config = `
events:
  attributes_max: 3
  name_length_max: 20
  text_length_max: 50
  ids_max: 100
  schemas:
    hit: { closed: true, attributes: { k: { type: string }, n: { type: number }, more: {} } }
serve: { body_size_max: 20MiB }
views:
  - name: hits
    from: hit
    by: [k]
    window: { tumbling: 1s }
    aggregate: { count: {} }
    keys_max: 100
    idle_after: 1h
`;

interface Answer {
  readonly accepted: number;
  readonly refused: ReadonlyArray<{ reason: string; count: number; example: string }>;
}

async function send(events: readonly unknown[]): Promise<Answer> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const response = await fetch(`${service!.httpUrl}/statbar/v1/events`, { method: 'POST', body });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function counterOf(name: string): Promise<number> {
  const text = await (await fetch(`${service!.httpUrl}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
}

test('each limit and each mistake has its answer and its counter, and no other event is disturbed', async () => {
  service = await startService({ config });
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 5000;
  const hit = (attributes: Readonly<Record<string, unknown>>, more: object = {}) => ({
    name: 'hit',
    timestamp: startMs,
    attributes,
    ...more,
  });
  const good = hit({ k: 'good', n: 1 });
  const wrong: ReadonlyArray<readonly [object, string, string]> = [
    [hit({ k: 5 }), 'wrong_type', 'k must be a string, not a number'],
    [hit({ k: 'a', colour: 'red' }), 'unknown_attribute', 'unknown attribute colour'],
    [{ ...good, timestamp: startMs + 365 * 86_400_000 }, 'too_far_in_future', 'events.future_max'],
    [hit({ k: 'a', more: 'x'.repeat(10_000_000) }), 'too_large', 'events.text_length_max (50)'],
    [hit({ a: 1, b: 1, c: 1, d: 1 }), 'too_large', 'events.attributes_max (3)'],
    [hit({ ['a'.repeat(21)]: 1 }), 'too_large', 'events.name_length_max (20)'],
    [{ ...good, name: 'n'.repeat(21) }, 'too_large', 'events.name_length_max'],
    [{ ...good, id: 'i'.repeat(21) }, 'too_large', 'events.name_length_max'],
    [{ ...good, source: 's'.repeat(21) }, 'too_large', 'events.name_length_max'],
    [{ ...good, timestamp: 'soon' }, 'invalid_timestamp', 'timestamp of hit'],
  ];
  const counts = new Map<string, number>();
  for (const [event, reason, why] of wrong) {
    const answer = await send([good, event, good]);
    expect(answer.accepted, why).toBe(2);
    expect(answer.refused, why).toEqual([{ reason, count: 1, example: expect.stringContaining(why) }]);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  for (const [reason, count] of counts) {
    expect(await counterOf(`statbar_events_refused_total{reason="${reason}"}`)).toBe(count);
  }
  // Many keys: those beyond the hundredth are counted together.
  const keys = Array.from({ length: 20_000 }, (_, i) => hit({ k: `k${i}` }));
  expect(await send([...keys, good])).toEqual({ accepted: 20_001, refused: [] });
  expect(await counterOf('statbar_view_overflow_events_total')).toBe(20_000 - 99);
  // Ids: the last hundred at least are known.
  const once = (i: number) => hit({ k: 'ids' }, { id: `id-${i}` });
  const ids = Array.from({ length: 100 }, (_, i) => once(i));
  await send(ids);
  await send(ids);
  expect(await counterOf('statbar_events_duplicate_total')).toBe(100);
  // A later event closes the window.
  await send([hit({ k: 'good' }, { timestamp: startMs + 60_000 })]);
  const total = () => queryByLabel(service!.httpUrl, 'max_over_time(hits[1m])', 'k');
  await expect.poll(async () => (await total())['good'], { timeout: 30_000 }).toBe(2 * wrong.length + 1);
  const counted = await total();
  expect(counted['k0']).toBe(1);
  // The key of the ids came when there was no room any more.
  expect(counted['__overflow__']).toBe(20_000 - 99 + 100);
}, 120_000);
