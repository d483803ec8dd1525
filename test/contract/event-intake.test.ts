import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runChild } from '../support/child.ts';
import { queryVector } from '../support/query.ts';
import { type Service, startService, statbarPath } from '../support/service.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

let temp: TempDir;
let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  temp.remove();
});

const configOf = (tableDir: string): string => `
events:
  schemas:
    pay: { closed: true, attributes: { amount: { type: number, required: true }, email: {}, customer: {}, client.address: {}, agent: {} } }
  enrichment:
    - set: { env: production }
    - lookup: { file: ${join(tableDir, 'customers.csv')}, match: customer, add: { plan: plan } }
    - user_agent: { of: agent }
    - ip: {}
    - mask: { attributes: [email], how: hash, key: 0123456789abcdef }
views:
  - name: paid
    from: pay
    by: [env, plan, os.name, client.network, email]
    window: { tumbling: 1s }
    aggregate: { sum: { of: amount } }
    idle_after: 1h
`;

interface Answer {
  readonly accepted: number;
  readonly refused: ReadonlyArray<{ readonly reason: string; readonly count: number }>;
}

async function send(events: readonly unknown[]): Promise<Answer> {
  const response = await fetch(`${service!.httpUrl}/statbar/v1/events`, {
    method: 'POST',
    body: JSON.stringify(events),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const pay = (timestamp: number, attributes: Readonly<Record<string, unknown>> = {}) => ({
  name: 'pay',
  timestamp,
  attributes: {
    amount: 5,
    customer: 'c1',
    email: 'person@mail.example',
    'client.address': '192.0.2.77',
    agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
    ...attributes,
  },
});

/** Everything that is on the disk, in one text. */
function onDisk(dir: string): string {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('events are enriched and masked before anything is written, and a crash does not change what they became', async () => {
  temp = createTempDir('intake');
  const dataDir = join(temp.path, 'data');
  const table = join(temp.path, 'customers.csv');
  writeFileSync(table, 'id,plan\nc1,small\n');
  const config = configOf(temp.path);
  service = await startService({ dataDir, config });
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 10_000;
  expect(await send([pay(startMs)])).toEqual({ accepted: 1, refused: [] });

  writeFileSync(table, 'id,plan\nc1,big\n');
  service.child.signal('SIGHUP');
  await eventually(() => /read again/.test(service!.child.stderr()) || undefined, { what: 'the new table' });
  await send([pay(startMs + 1)]);

  writeFileSync(table, 'id,plan\nc1\n');
  service.child.signal('SIGHUP');
  await eventually(() => /customers\.csv:2: 1 fields/.test(service!.child.stderr()) || undefined, {
    what: 'the mistake in the table, by file and line',
  });
  await send([pay(startMs + 2)]);

  // The table of the next start is another one: what was acknowledged stays what it became.
  writeFileSync(table, 'id,plan\n');
  await service.kill();
  service = await startService({ dataDir, config });
  await send([pay(startMs + 60_000)]);
  const paid = async () =>
    (await queryVector(service!.httpUrl, 'max_over_time(paid[1m])'))
      .map(({ metric: { plan, env, os_name, client_network, email }, value }) => [
        plan,
        Number(value?.[1]),
        env,
        os_name,
        client_network,
        /^[0-9a-f]{16}$/.test(email),
      ])
      .sort();
  await expect.poll(paid, { timeout: 20_000 }).toEqual([
    ['big', 10, 'production', 'Linux', '192.0.2.0/24', true],
    ['small', 5, 'production', 'Linux', '192.0.2.0/24', true],
  ]);
  const written = onDisk(dataDir);
  expect(written).toContain('192.0.2.0/24');
  for (const secret of ['person@mail.example', '192.0.2.77', 'Gecko/20100101'])
    expect(written).not.toContain(secret);
}, 120_000);

test('refused events are answered, counted and kept by reason, masked, and outlive a crash; their neighbours are taken', async () => {
  temp = createTempDir('intake');
  const dataDir = join(temp.path, 'data');
  writeFileSync(join(temp.path, 'customers.csv'), 'id,plan\nc1,small\n');
  service = await startService({ dataDir, config: configOf(temp.path) });
  const nowMs = Date.now();
  const answer = await send([
    pay(nowMs),
    pay(nowMs, { amount: 'five' }),
    pay(nowMs, { colour: 'red' }),
    pay(nowMs + 365 * 86_400_000),
    pay(nowMs, { agent: 'x'.repeat(10_000_000) }),
    pay(nowMs, { amount: undefined }),
    pay(nowMs),
  ]);
  const reasons = ['wrong_type', 'unknown_attribute', 'too_far_in_future', 'too_large', 'schema'];
  expect(answer.accepted).toBe(2);
  expect(answer.refused.map(({ reason, count }) => [reason, count])).toEqual(
    reasons.map((each) => [each, 1]),
  );
  const metrics = await (await fetch(`${service.httpUrl}/metrics`)).text();
  for (const reason of reasons)
    expect(metrics).toContain(`statbar_events_refused_total{reason="${reason}"} 1`);
  expect(metrics).toContain('statbar_dead_letters_total 5');

  await eventually(() => onDisk(dataDir).includes('"reason":"schema"') || undefined, {
    what: 'the letters on disk',
  });
  await service.kill();
  service = await startService({ dataDir, config: configOf(temp.path) });
  const show = (...args: string[]) =>
    runChild(process.execPath, [statbarPath, 'dead-letters', '--url', service!.httpUrl, ...args]);
  const table = (await show()).stdout.trim().split('\n');
  expect(table).toHaveLength(6);
  expect(table[5]).toMatch(/^\S+Z +wrong_type +pay: amount must be a number, not a string$/);
  const [letter, ...others] = (await show('--format', 'json', '--reason', 'too_large')).stdout
    .trim()
    .split('\n');
  expect(others).toEqual([]);
  expect(JSON.parse(letter)).toMatchObject({
    reason: 'too_large',
    message: expect.stringContaining('10000000 characters, more than events.text_length_max (8192)'),
    event: {
      name: 'pay',
      attributes: {
        amount: 5,
        'client.network': '192.0.2.0/24',
        email: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    },
  });
  const kept = onDisk(dataDir);
  for (const secret of ['person@mail.example', '192.0.2.77']) expect(kept).not.toContain(secret);
}, 120_000);

test('events that came too late for a view are shown with what they were', async () => {
  temp = createTempDir('intake');
  writeFileSync(join(temp.path, 'customers.csv'), 'id,plan\nc1,small\n');
  service = await startService({ config: configOf(temp.path) });
  const nowMs = Date.now();
  await send([pay(nowMs - 1000)]);
  await send([pay(nowMs - 60_000)]);
  const args = ['dead-letters', '--late', '--view', 'paid', '--url', service.httpUrl];
  const table = await runChild(process.execPath, [statbarPath, ...args]);
  expect(table.stdout).toMatch(/^TIME +VIEW +EVENT +LATE BY\n\S+Z +paid +pay +5[78]\.\ds\n$/);
  const json = await runChild(process.execPath, [statbarPath, ...args, '--format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    attributes: { amount: 5, 'client.network': '192.0.2.0/24' },
  });
}, 120_000);

test('check-config names file and line of a wrong lookup table', async () => {
  temp = createTempDir('intake');
  writeFileSync(join(temp.path, 'customers.csv'), 'id,plan\nc1,small\nc1,big\n');
  const path = join(temp.path, 'statbar.yaml');
  writeFileSync(path, configOf('.').replace('./customers.csv', 'customers.csv'));
  const checked = await runChild(process.execPath, [statbarPath, 'check-config', path]);
  expect([checked.code, checked.stderr]).toEqual([
    3,
    'customers.csv:3: "c1" is there twice, first in line 2\n',
  ]);
});
