import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertGroup, AuditEntry } from '@statbar/sdk/wire';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, type OpenPage, startHostFixture } from '../fixture.ts';
import { bootUser } from './boot-user.test-support.ts';

const data = createTempDir('timeline-live');
const dataSource = { uid: 'statbar', type: 'statbar-metrics-datasource' };
let fixture: HostFixture;
let service: Service;
let open: OpenPage;

beforeAll(async () => {
  const rules = join(data.path, 'rules.yaml');
  writeFileSync(
    rules,
    `groups:
  - name: shop
    interval: 200ms
    rules:
      - alert: ShopSlow
        expr: 'shop_latency_seconds > 1'
        labels: { severity: critical, team: shop, region: eu }
        annotations: { summary: The shop is slow, runbook_url: https://runbooks.example/slow }
      - alert: ShopFull
        expr: 'shop_latency_seconds > 0.1'
        labels: { severity: warning, team: storage, region: us }
`,
  );
  service = await startService({
    dataDir: join(data.path, 'data'),
    config: `
rules: { files: ['${rules}'] }
alert:
  route: { receiver: none, group_wait: 0s, group_by: [alertname] }
  receivers: [{ name: none }]
`,
  });
  await sendLatency(3);
  fixture = await startHostFixture(['grafana-panels/alert-timeline', 'grafana-datasource']);
}, 600_000);

afterAll(async () => {
  await open?.close();
  await fixture?.close();
  await service?.stop();
  data.remove();
});

async function sendLatency(seconds: number): Promise<void> {
  const dataPoints = [{ asDouble: seconds, timeUnixNano: `${Date.now()}000000`, attributes: [] }];
  const metrics = [{ name: 'shop.latency', unit: 's', gauge: { dataPoints } }];
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  });
  expect(response.status).toBe(200);
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${service.httpUrl}/statbar/v1/${path}`, {
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { data: T };
  return answer.data;
}

/** The group of ShopSlow, when it is as it should be. */
function slowGroup(isSo: (group: AlertGroup) => boolean): Promise<AlertGroup> {
  return eventually(
    async () => {
      const { groups } = await ask<{ groups: AlertGroup[] }>('alerts?state=all');
      return groups.find((group) => group.groupLabels['alertname'] === 'ShopSlow' && isSo(group));
    },
    { what: 'the group' },
  );
}

const panel = {
  type: 'statbar-alerttimeline-panel',
  title: 'Alerts',
  datasource: dataSource,
  targets: [
    { refId: 'A', version: 2, kind: 'alerts', expr: '', alertState: 'all', datasource: dataSource },
  ] as never,
};

/** Presses a button of the pinned card and waits for what comes of it. */
async function press(page: Page, button: string, status: string | RegExp): Promise<void> {
  const card = page.getByRole('dialog', { name: 'ShopSlow' });
  await card.getByRole('button', { name: button }).click();
  await card.getByRole('status').filter({ hasText: status }).waitFor();
}

describe('the alert timeline with alerts of a service', { timeout: 120_000 }, () => {
  test('acknowledged, silenced and resolved are there without a reload, and told as from Grafana', async () => {
    await slowGroup(({ state }) => state === 'firing');
    open = await fixture.open(
      [panel, { ...panel, title: 'By region', options: { laneBy: 'label', laneLabel: 'region' } }],
      {
        statbar: { url: service.httpUrl },
        init: bootUser({ name: 'Robin' }),
      },
    );
    const { page, problems } = open;
    const rows = (id: number) => page.locator(`[data-panel-id="${id}"] [role="row"][aria-label]`);
    await rows(1).nth(1).waitFor({ timeout: 90_000 });
    expect(await rows(1).evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')))).toEqual([
      'ShopFull: 1 alerts, 1 open, 0 returns',
      'ShopSlow: 1 alerts, 1 open, 0 returns',
    ]);

    await page.locator('[data-panel-id="1"] [role="grid"]').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'ShopSlow' });
    await card.getByText('The shop is slow').waitFor();
    expect(await card.getByRole('link', { name: 'Runbook' }).getAttribute('href')).toBe(
      'https://runbooks.example/slow',
    );

    await press(page, 'Acknowledge', 'Done');
    // From the answer of the action, before anything is asked again.
    await card.getByText('Now: Acknowledged').waitFor();
    const { acknowledgement, id, version } = await slowGroup((group) => group.acknowledgement !== null);
    expect(acknowledgement?.by).toEqual({ name: 'Robin', user: null, via: 'grafana' });
    const { entries } = await ask<{ entries: AuditEntry[] }>(`audit?target=${encodeURIComponent(id)}`);
    const told = entries.map(({ action, outcome, by }) => [action, outcome, by.name, by.via]);
    expect(told).toContainEqual(['ack', 'done', 'Robin', 'grafana']);

    // Somebody else is faster: what was meant for another state is refused, with the reason, and works afterwards.
    const by = { name: 'Kim', user: null, via: 'api' };
    await ask(`alerts/${encodeURIComponent(id)}/actions`, {
      action: 'unack',
      actionId: 'k1',
      version,
      by,
    });
    await press(page, 'Take back', /That did not work: .+/);
    await card.getByText('Now: Acknowledged').waitFor({ state: 'detached' });
    await press(page, 'Silence for 1h', 'Done');
    await card.getByText('Now: Silenced').waitFor();
    await slowGroup(({ silences }) => silences.length === 1);
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });

    await sendLatency(0.01);
    await slowGroup(({ state }) => state === 'resolved');
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.locator('[aria-label="ShopSlow: 1 alerts, 0 open, 0 returns"]').waitFor();
    // The story that the service tells is the one that was seen.
    await page.locator('[data-panel-id="1"]').getByRole('button', { name: 'View as table' }).click();
    const states = page.locator('[data-panel-id="1"] tbody tr', { hasText: 'ShopSlow' });
    const told2 = await states.locator('td:nth-child(2)').allTextContents();
    expect(told2).toContain('Silenced');
    expect(told2).toContain('Acknowledged');
    // What was refused is an error of a request, and nothing else was.
    expect(problems.filter((problem) => !problem.includes('409'))).toEqual([]);
  });

  test('a lane for each value of any label', async () => {
    const rows = open.page.locator('[data-panel-id="2"] [role="row"][aria-label]');
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')))).toEqual([
      'eu: 1 alerts, 0 open, 0 returns',
      'us: 1 alerts, 0 open, 0 returns',
    ]);
  });
});
