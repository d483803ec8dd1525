import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostFixture, startHostFixture } from '../fixture.ts';

let fixture: HostFixture;
const type = 'statbar-alerttimeline-panel';
const target = (frames: string) =>
  [{ refId: 'A', frames, datasource: { uid: 'statbar', type: 'statbar-metrics-datasource' } }] as never;

/** Alerts as the data source gives them: times are parts of the range. */
const frames = `(() => {
  const field = (name, type, values) => ({ name, type, values, config: {} });
  const frame = (request, rows) => {
    const from = request.range.from.valueOf();
    const at = (part) => from + part * (request.range.to.valueOf() - from);
    const text = (name, of) => field(name, 'string', rows.map(of));
    return { meta: { custom: { statbar: 'alerts' } }, fields: [
      field('time', 'time', rows.map((r) => at(r[2]))), field('timeEnd', 'time', rows.map((r) => at(r[3]))),
      text('state', (r) => r[1]), field('open', 'boolean', rows.map((r) => r[3] === 1)),
      text('alertname', (r) => r[0]), text('fingerprint', (r) => r[0]), text('severity', () => 'critical'),
      text('service', () => 'checkout'), text('team', () => 'payments'), text('owner', () => 'payments on call'),
      text('summary', (r) => r[0] + ' needs a look'), text('runbook', () => 'https://runbooks.example/' + 'checkout'),
      text('url', () => ''), text('group', (r) => 'g-' + r[0]), field('groupVersion', 'number', rows.map(() => 3)),
    ] };
  };
  const marks = (request) => ({ meta: { dataTopic: 'annotations' }, fields: [
    field('time', 'time', [request.range.from.valueOf() + 600000]),
    field('timeEnd', 'time', [request.range.from.valueOf() + 1200000]), field('title', 'string', ['errors are high']),
  ] });
  window.hostFrames = {
    few: (request) => [frame(request, [
      ['ErrorRate', 'pending', 0.1, 0.15], ['ErrorRate', 'firing', 0.15, 0.3], ['ErrorRate', 'acknowledged', 0.3, 0.4],
      ['ErrorRate', 'pending', 0.6, 0.65], ['ErrorRate', 'firing', 0.65, 1],
      ['Latency', 'firing', 0.2, 0.35], ['Latency', 'silenced', 0.35, 0.5], ['Disk', 'pending', 0.7, 0.8],
    ]), marks(request)],
    many: (request) => [frame(request, Array.from({ length: 50000 }, (_, i) =>
      ['Rule ' + String(i % 2000).padStart(4, '0'), i % 3 ? 'firing' : 'pending', Math.floor(i / 2000) / 25, (Math.floor(i / 2000) + 0.6) / 25]))],
    none: () => [],
  };
})();`;

beforeAll(async () => {
  fixture = await startHostFixture(['grafana-panels/alert-timeline']);
}, 600_000);

afterAll(() => fixture?.close());

describe('the alert timeline in a browser', { timeout: 120_000 }, () => {
  test('shows lanes with figures, of thousands those in sight; pins, and acknowledges', async () => {
    const bodies: string[] = [];
    const server = createServer((incoming, outgoing) => {
      incoming.setEncoding('utf8');
      let body = '';
      incoming.on('data', (part: string) => (body += part));
      incoming.on('end', () => {
        bodies.push(`${incoming.method} ${incoming.url} ${body}`);
        outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { page, problems, close } = await fixture.open(
      [
        { type, title: 'Alerts', targets: target('few') },
        { type, title: 'Many', targets: target('many') },
        { type, title: 'Empty', targets: target('none') },
      ],
      { init: frames, statbar: { url: `http://127.0.0.1:${port}` } },
    );
    try {
      const rows = (id: number) => page.locator(`[data-panel-id="${id}"] [role="row"]`);
      await rows(2).first().waitFor({ timeout: 60_000 });
      expect(await rows(1).count()).toBe(3);
      // The open one first: it came back once.
      expect(await rows(1).first().getAttribute('aria-label')).toBe('ErrorRate: 1 alerts, 1 open, 1 returns');
      await page.locator('[data-panel-id="3"]').getByText('No alerts in this time range').waitFor();

      expect(await rows(2).count()).toBeLessThan(40);
      const grid = page.locator('[data-panel-id="2"] [role="grid"]');
      expect(await grid.getAttribute('aria-rowcount')).toBe('2000');
      await grid.focus();
      await page.keyboard.press('End');
      await page.locator('[data-panel-id="2"] [aria-rowindex="2000"]').waitFor();
      await page.keyboard.press('Escape');

      await page.locator('[data-panel-id="1"] [role="grid"]').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      const card = page.getByRole('dialog', { name: 'ErrorRate' });
      await card.getByText('Runbook').waitFor();
      await card.getByRole('button', { name: 'Acknowledge' }).click();
      await card.getByText('Done').waitFor();
      expect(bodies).toHaveLength(1);
      expect(bodies[0]).toMatch(
        /^POST \/statbar\/v1\/alerts\/g-ErrorRate\/actions .*"version":3.*"action":"ack"/,
      );
      expect(problems).toEqual([]);
    } finally {
      await close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
