import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import { launchBrowser, watchProblems } from '../grafana-host/browser.ts';
import { startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

const token = 'a-token-that-reads-and-writes';

test('the link on a card, in a browser: asks for a token, then shows the alert', async () => {
  const sha256 = createHash('sha256').update(token).digest('hex');
  const service = await startService({
    config: `
serve: { tokens: [{ name: lena, sha256: ${sha256}, scopes: [read, write, alert] }] }
alert:
  route: { receiver: ops, group_wait: 0s }
  receivers: [{ name: ops, chat: [{ platform: slack, channel: C1 }] }]
`,
  });
  const browser = await launchBrowser();
  try {
    const sent = await fetch(`${service.httpUrl}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify([{ labels: { alertname: 'LoadHigh' }, annotations: { summary: 'Too much' } }]),
    });
    expect(sent.status).toBe(200);
    const client = createAlertsClient({ baseUrl: service.httpUrl, token });
    const group = await eventually(async () => (await client.groups({})).groups[0], { what: 'the group' });
    const page = await browser.newPage();
    await page.goto(`${service.httpUrl}/alerts/${group.id}`);
    await page.waitForSelector('#token-form:not([hidden])');
    expect(await page.content()).not.toContain('LoadHigh');
    await page.type('#token', 'a-wrong-token-of-some-length');
    await page.click('#token-form button');
    await page.waitForSelector('#token-error:not([hidden])');
    const problems = watchProblems(page);
    await page.$eval('#token', (input) => {
      (input as unknown as { value: string }).value = '';
    });
    await page.type('#token', token);
    await page.click('#token-form button');
    await page.waitForSelector('#alert h1');
    expect(await page.$eval('#alert', (main) => main.textContent)).toContain('Too much');
    expect(await page.title()).toContain('LoadHigh');
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
    await service.stop();
  }
}, 120_000);
