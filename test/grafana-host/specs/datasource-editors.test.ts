import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../support/root.ts';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, startHostFixture } from '../fixture.ts';
import { sendMetrics } from './datasource-data.test-support.ts';
import { type Record_, SourcePage } from './datasource-page.test-support.ts';

/*
 * What people see of the built data source before there is a graph: its configuration, editors, help and messages, in both
 * themes and languages; and a service that asks for tokens.
 */

const tokens = { sender: 'write', viewer: 'read', caller: 'read, alert' };
const config = `serve:
  tokens:
${Object.entries(tokens)
  .map(
    ([name, scopes]) =>
      `    - { name: ${name}, sha256: ${createHash('sha256').update(name).digest('hex')}, scopes: [${scopes}] }`,
  )
  .join('\n')}
`;
const data = createTempDir('datasource-editors-spec');
const screenshots = process.env['SCREENSHOTS'] ?? join(root, 'artifacts', 'screenshots');
let fixture: HostFixture;
let service: Service;
let source: SourcePage;
/** Of the requests that reach the service, as Grafana's data proxy adds them. */
const headers: Record<string, string> = { authorization: 'Bearer viewer' };

const expr = 'sum by (route) (rate(shop_requests_total{team="shop"}[5m])) * 60';
const editor = (query: Record_, more: Record_ = {}): Record_ => ({
  component: 'query',
  query: { refId: 'A', version: 2, expr, ...query },
  props: { app: 'dashboard', ...more },
});
const settings = {
  url: 'http://localhost:4318',
  jsonData: {},
  secureJsonFields: { token: true },
  readOnly: false,
};

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  service = await startService({ dataDir: join(data.path, 'data'), config });
  await sendMetrics(service.httpUrl, Date.now(), 'sender');
  fixture = await startHostFixture(['grafana-datasource']);
  source = await SourcePage.open(fixture, { url: service.httpUrl, headers });
}, 600_000);

afterEach(async () => {
  await source.unedit();
  await source.speak('en-US');
  headers['authorization'] = 'Bearer viewer';
});

afterAll(async () => {
  await source?.close();
  await fixture?.close();
  await service?.stop();
  data.remove();
});

interface Health {
  readonly status: string;
  readonly message: string;
  readonly details?: { readonly message: string; readonly verboseMessage: string };
}

describe('the data source before there is a graph', { timeout: 120_000 }, () => {
  test.each(['dark', 'light'] as const)('every editor is shown (%s)', async (theme) => {
    await source.edit(theme, [
      { component: 'config', options: settings },
      editor({ kind: 'promql', editor: 'code' }),
      editor({ kind: 'promql', editor: 'builder' }),
      editor({ kind: 'anomalies', signal: 'shop_requests_total', expr: '' }),
      editor({ kind: 'forecast', editor: 'builder' }),
      editor({ kind: 'leaderboard', editor: 'builder' }),
      editor({ kind: 'views', view: 'shop:purchases' }),
      editor({ kind: 'alerts' }),
      { component: 'annotation', query: { refId: 'Anno', version: 2, kind: 'anomalies', expr: '' } },
      { component: 'variable', query: { refId: 'V', kind: 'label_values', label: 'route' } },
      { component: 'help', query: {} },
    ]);
    const { page, problems } = source.open;
    await page.locator('#editors .monaco-editor').first().waitFor();
    await page.getByText('What can be asked').waitFor();
    expect(await page.locator('#statbar-token').count()).toBe(1);
    await page.screenshot({ path: join(screenshots, `datasource-editors-${theme}.png`), fullPage: true });
    expect(problems).toEqual([]);
  });

  test('a counter is shown with a hint, and the fix puts it right', async () => {
    const query = { kind: 'promql', expr: 'shop_requests_total' };
    await source.ask(query);
    const series = [{ refId: 'A', fields: [] }];
    await source.edit('dark', [editor(query, { data: { series } })]);
    const { page } = source.open;
    await page.getByText('shop_requests_total is a counter: it only rises.').waitFor();
    await page.getByRole('button', { name: 'Show its rate.' }).click();
    const changes = await source.changes();
    expect(changes.at(-1)).toMatchObject({ expr: 'rate(shop_requests_total[$__rate_interval])' });
    expect(await page.getByText('is a counter').count()).toBe(0);
  });

  test('the builder changes the expression, which stays one it can show', async () => {
    await source.edit('dark', [editor({ kind: 'promql', editor: 'builder', expr: 'shop_requests_total' })]);
    const { page } = source.open;
    const operation = page.locator('#editors').getByLabel('Operation');
    await operation.click();
    await operation.fill('rate');
    await page.getByRole('option', { name: /^rate/ }).first().click();
    await page.locator('#editors code', { hasText: 'rate(shop_requests_total[$__rate_interval])' }).waitFor();
    await page.getByRole('radio', { name: 'Code' }).click();
    await eventually(async () => ((await source.changes()).at(-1)?.['editor'] === 'code' ? true : undefined));
    expect((await source.changes()).at(-1)).toMatchObject({
      expr: 'rate(shop_requests_total[$__rate_interval])',
    });
  });

  test('code is completed with what is stored', async () => {
    await source.edit('dark', [editor({ kind: 'promql', editor: 'code', expr: '' })]);
    const { page } = source.open;
    await page.locator('#editors .monaco-editor').first().click();
    await page.keyboard.type('shop_req');
    const widget = page.locator('.suggest-widget.visible');
    await widget.getByText('shop_requests_total').first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('{route="');
    await widget.getByText('/a').first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    const changed = await eventually(async () => (await source.changes()).at(-1));
    expect(String(changed['expr'])).toContain('shop_requests_total{route="');
  });

  test('an example of the help becomes the query; annotations and variables have editors of their own', async () => {
    await source.edit('dark', [
      { component: 'help', query: {} },
      { component: 'annotation', query: { refId: 'Anno', version: 2, kind: 'anomalies', expr: '' } },
      { component: 'variable', query: { refId: 'V', kind: 'metrics' } },
    ]);
    const { page } = source.open;
    await page.getByRole('button', { name: /busiest routes/ }).click();
    expect((await source.changes()).at(-1)).toMatchObject({ kind: 'leaderboard', compare: '1h', version: 2 });
    const score = page.locator('#editors').getByLabel('Min score');
    await score.fill('1.5');
    await score.press('Enter');
    expect((await source.changes()).at(-1)).toMatchObject({ kind: 'anomalies', scoreMin: 1.5 });
    const match = page.locator('#editors').getByLabel('Series');
    await match.fill('{team="shop"}');
    await match.press('Enter');
    expect((await source.changes()).at(-1)).toMatchObject({ kind: 'metrics', match: '{team="shop"}' });
  });

  test('a configuration that cannot work is not saved, and says where', async () => {
    const { page } = source.open;
    await page.evaluate(() => {
      const errors: Record<string, string> = {};
      let validate: () => unknown = () => true;
      (window as never as Record<string, unknown>)['validation'] = { errors, run: () => validate() };
      (window as never as Record<string, unknown>)['api'] = {
        registerValidation: (given: () => unknown) => {
          validate = given;
          return () => {};
        },
        setError: (field: string, text: string) => {
          errors[field] = text;
        },
        clearError: (field: string) => {
          delete errors[field];
        },
      };
    });
    await source.edit('dark', [{ component: 'config', options: settings, apiNames: { validation: 'api' } }]);
    const check = () =>
      page.evaluate(() => {
        const { run, errors } = (
          window as never as { validation: { run(): boolean; errors: Record<string, string> } }
        ).validation;
        return [run(), { ...errors }] as const;
      });
    await page.locator('#statbar-scrapeInterval').waitFor();
    expect(await check()).toEqual([true, {}]);
    await page.locator('#statbar-scrapeInterval').fill('fifteen');
    await page.getByText('A duration as 15s or 10m is expected').waitFor();
    expect(await check()).toEqual([false, { scrapeInterval: 'A duration as 15s or 10m is expected' }]);
    await page.locator('#statbar-scrapeInterval').fill('30s');
    expect(await check()).toEqual([true, {}]);
    await page.locator('#statbar-oauthPassThru').check({ force: true });
    expect((await source.changes()).at(-1)).toMatchObject({
      jsonData: { scrapeInterval: '30s', oauthPassThru: true },
    });
  });

  test('all of it is German where the viewer reads German', async () => {
    await source.speak('de-AT');
    const query = { kind: 'promql', expr: 'shop_requests_total' };
    await source.ask(query);
    await source.edit('light', [
      { component: 'config', options: settings },
      editor(query, { data: { series: [{ refId: 'A', fields: [] }] } }),
      { component: 'help', query: {} },
    ]);
    const { page } = source.open;
    await page.getByText('shop_requests_total ist ein Zähler: er steigt nur.').waitFor();
    await page.getByText('Wer fragt').waitFor();
    await page.screenshot({ path: join(screenshots, 'datasource-editors-german.png'), fullPage: true });
    const health = await source.call<Health>('testDatasource');
    expect(health.message).toMatch(/^Verbunden mit StatBar/);
    const { frames } = await source.ask({ kind: 'promql', expr: 'shop_requests_total' });
    expect(frames[0].fields[1].links.map(({ title }) => title)).toContain('Prognose');
  });

  test('says version, series, clock, and what a token may do', async () => {
    const viewer = await source.call<Health>('testDatasource');
    expect([viewer.status, viewer.message]).toEqual([
      'success',
      expect.stringMatching(/StatBar \d+\.\d+.*\d+ series.*clock differs by -?\d/),
    ]);
    expect(viewer.details?.verboseMessage).toContain('Queries: allowed');
    headers['authorization'] = 'Bearer sender';
    const sender = await source.call<Health>('testDatasource');
    expect([sender.status, sender.message]).toEqual([
      'error',
      expect.stringMatching(/token may not do this/),
    ]);
    headers['authorization'] = 'Bearer stranger';
    const stranger = await source.call<Health>('testDatasource');
    expect([stranger.status, stranger.message]).toEqual([
      'error',
      expect.stringMatching(/does not know the token/),
    ]);
    // As the data proxy sends it where no token is configured.
    headers['authorization'] = '';
    expect((await source.call<Health>('testDatasource')).status).toBe('error');
    const { errors } = await source.ask({ kind: 'promql', expr: 'up' });
    expect(errors[0]).toContain('bearer token');
  });

  test('nothing of the token ever reaches the page', async () => {
    const asked: string[] = [];
    source.open.page.on('request', (request) => asked.push(JSON.stringify(request.headers())));
    await source.ask({ kind: 'promql', expr: 'shop_memory_bytes' });
    await source.listen({ expr: 'shop_memory_bytes' });
    await eventually(async () => ((await source.live()).steps >= 2 ? true : undefined));
    await source.unlisten();
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.join()).not.toMatch(/authorization|viewer/i);
  });
});
