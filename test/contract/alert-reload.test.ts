import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeHttp } from '../support/fakes/fake-http.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

const temp = createTempDir('alert-reload');
const path = join(temp.path, 'statbar.yaml');
/** What the receivers were told: `/PATH event`. */
const told: string[] = [];
const outside = new FakeHttp(async ({ url, body }) => {
  told.push(`${url.pathname} ${(JSON.parse(body.toString()) as { event: string }).event}`);
  return { status: 200 };
});
let service: Service;

function configOf(receiver: string, more = ''): string {
  return `
alert:
  route: { receiver: ${receiver}, group_wait: 0s }
  receivers: [{ name: ${receiver}, webhook: [{ url: '${outside.url}/${receiver}' }] }]
${more}`;
}

async function post(alertname: string, endsAt?: string): Promise<void> {
  const response = await fetch(`${service.httpUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname }, ...(endsAt === undefined ? {} : { endsAt }) }]),
  });
  expect(response.status).toBe(200);
}

const untilTold = (text: string) =>
  eventually(async () => (told.includes(text) ? true : undefined), { what: `told: ${text}` });

beforeAll(async () => {
  await outside.start();
  writeFileSync(path, configOf('first'));
  service = await startService({ args: ['--config', path] });
});

afterAll(async () => {
  await service?.stop();
  await outside.stop();
  temp.remove();
});

test('receivers and routes are taken while alerts fire; who was told is told the end', async () => {
  await post('Down');
  await untilTold('/first fired');
  writeFileSync(path, configOf('second'));
  expect((await fetch(`${service.httpUrl}/-/reload`, { method: 'POST' })).status).toBe(200);
  await untilTold('/second fired');

  writeFileSync(path, configOf('third', '  inhibit_rules: [{ source_matchers: [alertname] }]\n'));
  const refused = await fetch(`${service.httpUrl}/-/reload`, { method: 'POST' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('alert.inhibit_rules[0].source_matchers');
  const receivers = await fetch(`${service.httpUrl}/api/v2/receivers`);
  expect(await receivers.json()).toEqual([{ name: 'second' }]);

  await post('Down', new Date(Date.now() - 1000).toISOString());
  await untilTold('/first resolved');
  await untilTold('/second resolved');

  writeFileSync(path, configOf('third'));
  service.child.signal('SIGHUP');
  await eventually(
    async () => {
      const names = await (await fetch(`${service.httpUrl}/api/v2/receivers`)).text();
      return names.includes('third') || undefined;
    },
    { what: 'the third receiver' },
  );
  await post('Other');
  await untilTold('/third fired');
  expect(told.filter((text) => text.endsWith('fired'))).toEqual([
    '/first fired',
    '/second fired',
    '/third fired',
  ]);
});
