import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

const temp = createTempDir('rule-reload');
const path = join(temp.path, 'rules.yml');
let service: Service;

/** A group of alerts that fire at once, in this order. */
const rulesOf = (...names: readonly string[]): string =>
  `groups: [{ name: g, interval: 1s, rules: [${names.map((name) => `{ alert: ${name}, expr: vector(1) > 0 }`).join(', ')}] }]\n`;

beforeAll(async () => {
  writeFileSync(path, rulesOf('First'));
  service = await startService({
    config: `
rules: { files: ['${path}'] }
alert:
  route: { receiver: ops, group_wait: 0s, group_by: [alertname] }
  receivers: [{ name: ops, chat: [{ platform: slack, channel: C1 }] }]
`,
  });
});

afterAll(async () => {
  await service?.stop();
  temp.remove();
});

async function standing(): Promise<Record<string, string>> {
  const { groups } = await createAlertsClient({ baseUrl: service.httpUrl }).groups({ state: 'all' });
  return Object.fromEntries(groups.map(({ title, id, state }) => [title, `${id} ${state}`]));
}

async function untilThereIs(title: string, state: string): Promise<Record<string, string>> {
  return eventually(
    async () => {
      const found = await standing();
      return found[title]?.endsWith(state) ? found : undefined;
    },
    { what: `${title} is ${state}` },
  );
}

test('rule files are taken again while alerts fire: what is still there goes on, what is gone ends', async () => {
  const { First: first } = await untilThereIs('First', 'firing');
  writeFileSync(path, rulesOf('Second', 'First'));
  expect((await fetch(`${service.httpUrl}/-/reload`, { method: 'POST' })).status).toBe(200);
  expect((await untilThereIs('Second', 'firing'))['First']).toBe(first);

  writeFileSync(path, 'groups: [{ name: g, rules: [{ alert: Third, expr: "1 +" }] }]\n');
  const refused = await fetch(`${service.httpUrl}/-/reload`, { method: 'POST' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('Third');
  expect((await standing())['First']).toBe(first);

  writeFileSync(path, rulesOf('Second'));
  service.child.signal('SIGHUP');
  const after = await untilThereIs('First', 'resolved');
  expect(after['Second']).toMatch(/firing$/);
});
