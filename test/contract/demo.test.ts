import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { questions, viewQuestions } from '../../demo/src/guide.ts';
import { type Child, runChild, startChild } from '../support/child.ts';
import { queryByLabel, queryValue, queryVector } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';

const config = fileURLToPath(new URL('../../demo/statbar.yaml', import.meta.url));
const demo = fileURLToPath(new URL('../../demo/src/main.ts', import.meta.url));

describe('the demo against the service', () => {
  let service: Service;
  let startMs: number;

  beforeAll(async () => {
    service = await startService();
    startMs = Date.now();
    const result = await play('--backfill', '6h', '--for', '7s', '--seed', '7');
    expect(result.stderr).not.toMatch(/error|reject|partial/i);
    expect(result.code).toBe(0);
  });

  afterAll(async () => {
    await service?.stop();
  });

  function play(...args: string[]): ReturnType<typeof runChild> {
    return runChild(process.execPath, [demo, '--url', service.httpUrl, ...args], { timeoutMs: 110_000 });
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
    // The history ends before the start.
    expect(youngest).toBeGreaterThan(startMs / 1000);
  });

  test.each(questions)('%s', async (_question, expression) => {
    const vector = await queryVector(service.httpUrl, expression, startMs - 60_000);
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
  let playing: Child;

  beforeAll(async () => {
    service = await startService({ args: ['--config', config] });
    const incident = ['--incident-after', '5s', '--incident-for', '2m'];
    // Plays on for as long as the tests ask; how much it sends in a given time depends on the machine.
    const args = ['--url', service.httpUrl, '--backfill', '1h', '--for', '5m', '--seed', '7', ...incident];
    playing = startChild(process.execPath, [demo, ...args]);
  });

  afterAll(async () => {
    await playing?.stop();
    await service?.stop();
  });

  const patient = { timeout: 90_000, interval: 250 };

  test.each(viewQuestions)(
    '%s',
    async (_question, expression) => {
      await expect
        .poll(
          async () => (await queryVector(service.httpUrl, `last_over_time(${expression}[10m])`)).length,
          patient,
        )
        .toBeGreaterThan(0);
    },
    100_000,
  );

  test('the incident is where it is, and of its kind', async () => {
    const worst = 'topk(1, max by (region, device_type) (max_over_time(chat:errors:rate10s[10m])))';
    const metrics = async (expression: string) =>
      (await queryVector(service.httpUrl, expression)).map(({ metric }) => metric);
    await expect.poll(() => metrics(worst), patient).toEqual([{ region: 'eu-west', device_type: 'android' }]);
    const kind = 'topk(1, max by (error_type) (max_over_time(chat:error_types:5m[10m])))';
    await expect.poll(() => metrics(kind), patient).toEqual([{ error_type: 'tls_handshake' }]);
  }, 200_000);

  test('it had nothing to complain about, and ends when it is asked to', async () => {
    expect(await playing.stop(60_000)).toBe(0);
    expect(playing.stderr()).not.toMatch(/error|reject|partial|could not be sent/i);
  }, 90_000);
});
