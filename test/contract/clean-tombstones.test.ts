import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

/** Ranges of a minute, sealed as soon as they have passed. */
const config = `
store:
  block_range: 1m
  out_of_order_window: 0s
  seal_delay: 0s
  seal_check: 100ms
  blocks:
    compaction_range: 1m
`;

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
});

async function send(fromMs: number, count: number): Promise<void> {
  const dataPoints = (id: string) =>
    Array.from({ length: count }, (_, i) => ({
      asDouble: Math.sqrt(i),
      timeUnixNano: `${fromMs + i * 1000}000000`,
      attributes: [{ key: 'id', value: { stringValue: id } }],
    }));
  const metrics = [{ name: 'm', gauge: { dataPoints: [...dataPoints('a'), ...dataPoints('b')] } }];
  const response = await fetch(`${service!.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  });
  expect([response.status, await response.json()]).toEqual([200, {}]);
}

async function count(id: string, atMs: number): Promise<number> {
  const query = encodeURIComponent(`count_over_time(m{id="${id}"}[10m])`);
  const response = await fetch(`${service!.httpUrl}/api/v1/query?query=${query}&time=${atMs / 1000}`);
  const body = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(body.data.result[0]?.value[1] ?? 0);
}

test('what was deleted leaves the files of the blocks when it is cleaned up', async () => {
  service = await startService({ config });
  const minuteMs = Math.floor(Date.now() / 60_000) * 60_000;
  const fromMs = minuteMs - 300_000;
  await send(fromMs, 180);
  const blocks = join(service.dataDir, 'tenants', 'default', 'blocks');
  const names = (): string[] => (existsSync(blocks) ? readdirSync(blocks) : []);
  const whole = (): string[] => names().filter((name) => existsSync(join(blocks, name, 'meta.json')));
  await eventually(() => whole().length === 3 || undefined, { what: 'three blocks' });
  const dataBytes = (): number =>
    whole().reduce((sum, name) => sum + statSync(join(blocks, name, 'data')).size, 0);
  const before = dataBytes();
  const admin = (path: string): Promise<Response> =>
    fetch(`${service!.httpUrl}/api/v1/admin/tsdb/${path}`, { method: 'POST' });
  const range = `start=${(fromMs + 30_000) / 1000}&end=${(fromMs + 149_999) / 1000}`;
  const deleted = await admin(`delete_series?match[]=${encodeURIComponent('m{id="a"}')}&${range}`);
  expect(deleted.status).toBe(204);
  const counts = [await count('a', minuteMs), await count('b', minuteMs)];
  expect(counts).toEqual([60, 180]);
  const cleaned = await admin('clean_tombstones');
  expect([cleaned.status, await cleaned.text()]).toEqual([204, '']);
  expect(names().some((name) => existsSync(join(blocks, name, 'deletes.json')))).toBe(false);
  expect(dataBytes()).toBeLessThan(before);
  expect([await count('a', minuteMs), await count('b', minuteMs)]).toEqual(counts);
});
