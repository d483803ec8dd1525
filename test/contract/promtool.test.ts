import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../support/child.ts';
import { debianProgram } from '../support/debian.ts';
import { need } from '../support/need.ts';
import { type Service, startService } from '../support/service.ts';

const promtool = await need('promtool against the query API', debianProgram('prometheus', 'promtool'));
const startMs = Date.now() - 600_000 - (Date.now() % 60_000);

describe.skipIf(promtool === undefined)('promtool', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService();
    await sendTicks(service);
  });

  afterAll(async () => {
    await service?.stop();
  });

  async function query(...args: string[]): Promise<string> {
    const result = await runChild(promtool!, ['query', ...args]);
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    return result.stdout;
  }

  test('query instant', async () => {
    const time = String((startMs + 300_000) / 1000);
    const lines = (await query('instant', `--time=${time}`, service.httpUrl, 'sum by (shop) (orders_total)'))
      .trim()
      .split('\n')
      .sort();
    expect(lines).toEqual([`{shop="north"} => 60 @[${time}]`, `{shop="south"} => 120 @[${time}]`]);
  });

  test('query instant, of a scalar', async () => {
    const time = String(startMs / 1000);
    expect(await query('instant', `--time=${time}`, service.httpUrl, '1 / 8')).toBe(
      `scalar: 0.125 @[${time}]\n`,
    );
  });

  test('query range', async () => {
    const text = await query(
      'range',
      `--start=${(startMs + 240_000) / 1000}`,
      `--end=${(startMs + 360_000) / 1000}`,
      '--step=1m',
      service.httpUrl,
      'rate(orders_total{shop="south"}[2m]) * 60',
    );
    const values = text
      .split('\n')
      .filter((line) => / @\[/.test(line))
      .map((line) => Number(/([\d.]+) @\[/.exec(line)?.[1]));
    expect(values).toHaveLength(3);
    for (const value of values) expect(value).toBeCloseTo(20, 9);
  });

  test('query series', async () => {
    const text = await query('series', '--match=orders_total', `--start=${startMs / 1000}`, service.httpUrl);
    expect(text).toContain('shop="north"');
    expect(text).toContain('shop="south"');
    expect(text.trim().split('\n')).toHaveLength(2);
  });

  test('query labels', async () => {
    expect(
      (await query('labels', `--start=${startMs / 1000}`, service.httpUrl, 'shop')).trim().split('\n'),
    ).toEqual(['north', 'south']);
  });

  test('check metrics has nothing to say about /metrics', async () => {
    const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
    const result = await runChild(promtool!, ['check', 'metrics'], { stdin: text });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
  });

  test('a wrong expression is explained', async () => {
    const result = await runChild(promtool!, ['query', 'instant', service.httpUrl, 'sum(']);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(/bad_data.*parse error/);
  });
});

/** A counter of two shops, one sample a minute for ten minutes: +10 and +20 each. */
async function sendTicks(service: Service): Promise<void> {
  const nanos = (timeMs: number): string => `${timeMs}000000`;
  const points = ['north', 'south'].flatMap((shop, index) =>
    Array.from({ length: 11 }, (_, minute) => ({
      attributes: [{ key: 'shop', value: { stringValue: shop } }],
      startTimeUnixNano: nanos(startMs),
      timeUnixNano: nanos(startMs + minute * 60_000),
      asInt: String((minute + 1) * 10 * (index + 1)),
    })),
  );
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                { name: 'orders', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: points } },
              ],
            },
          ],
        },
      ],
    }),
  });
  expect(response.status, await response.text()).toBe(200);
}
