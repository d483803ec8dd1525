import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { questions, viewQuestions } from '../../demo/src/guide.ts';
import { runChild } from '../support/child.ts';
import { queryByLabel, queryValue, queryVector } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';

const views = fileURLToPath(new URL('../../demo/statbar.yaml', import.meta.url));
const demo = fileURLToPath(new URL('../../demo/src/main.ts', import.meta.url));

describe('the demo against the service', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService();
    const result = await play('--backfill', '6h', '--for', '7s', '--seed', '7');
    expect(result.stderr).not.toMatch(/error|reject|partial/i);
    expect(result.code).toBe(0);
  });

  afterAll(async () => {
    await service?.stop();
  });

  function play(...args: string[]): ReturnType<typeof runChild> {
    return runChild(process.execPath, [demo, '--url', service.httpUrl, ...args]);
  }

  test('six hours of history are there, a sample a minute, from eight instances', async () => {
    expect(
      await queryValue(
        service.httpUrl,
        'count(count by (instance) (last_over_time(chat_cpu_utilization_ratio[7h])))',
      ),
    ).toBe(8);
    const samples = await queryValue(service.httpUrl, 'min(count_over_time(chat_memory_usage_bytes[6h]))');
    expect(samples).toBeGreaterThanOrEqual(355);
  });

  test('the live part came through the SDK', async () => {
    const rates = await queryByLabel(service.httpUrl, 'sum by (region) (chat_messages_total)', 'region');
    expect(Object.keys(rates).sort()).toEqual(['ap-south', 'eu-west', 'us-east', 'us-west']);
    const youngest = await queryValue(service.httpUrl, 'max(timestamp(chat_connections))');
    expect(Date.now() / 1000 - youngest).toBeLessThan(60);
  });

  test.each(questions)('%s', async (_question, expression) => {
    const vector = await queryVector(service.httpUrl, expression, Date.now() - 120_000);
    expect(vector.length).toBeGreaterThan(0);
    for (const { value } of vector) expect(Number.isFinite(Number(value?.[1]))).toBe(true);
  });

  test('history is not loaded a second time', async () => {
    const before = await queryValue(service.httpUrl, 'sum(count_over_time(chat_memory_usage_bytes[7h]))');
    const result = await play('--backfill', '6h', '--for', '0s', '--seed', '7');
    expect(result.stdout).toContain('not loaded again');
    expect(await queryValue(service.httpUrl, 'sum(count_over_time(chat_memory_usage_bytes[7h]))')).toBe(
      before,
    );
  });
});

describe('the events of the demo', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ config: readFileSync(views, 'utf8') });
    const args = [
      '--backfill',
      '1h',
      '--for',
      '14s',
      '--seed',
      '7',
      '--incident-after',
      '5s',
      '--incident-for',
      '1m',
    ];
    const result = await runChild(process.execPath, [demo, '--url', service.httpUrl, ...args]);
    expect(result.stderr).not.toMatch(/error|reject|partial|could not be sent/i);
    expect(result.code).toBe(0);
  });

  afterAll(async () => {
    await service?.stop();
  });

  test.each(viewQuestions)('%s', async (_question, expression) => {
    await expect
      .poll(async () => (await queryVector(service.httpUrl, `last_over_time(${expression}[1m])`)).length, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
  });

  test('the incident is where it is, and of its kind', async () => {
    const worst = 'topk(1, max by (region, device_type) (max_over_time(chat:errors:rate10s[1m])))';
    const [{ metric }] = await queryVector(service.httpUrl, worst);
    expect(metric).toEqual({ region: 'eu-west', device_type: 'android' });
    const kind = 'topk(1, max by (error_type) (max_over_time(chat:error_types:5m[1m])))';
    const [top] = await queryVector(service.httpUrl, kind);
    expect(top.metric['error_type']).toContain('tls');
  });
});
