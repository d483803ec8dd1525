import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../support/root.ts';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, startHostFixture } from '../fixture.ts';
import {
  sendAlert,
  sendDurations,
  sendEvents,
  sendGauge,
  sendMetrics,
  sendWatched,
} from './datasource-data.test-support.ts';

/*
 * Every kind of query in the panel that it is made for, drawn with what a service found out. UPDATE=1 puts the picture
 * into docs/pictures.
 */

const config = `watch: { cpu_share_max: 0.9 }
views:
  - name: shop:purchases
    from: purchase
    by: [region]
    window: { sliding: 10s, slide: 1s }
    out_of_orderness: 0s
    aggregate: { rate: {} }
`;
const data = createTempDir('datasource-kinds-spec');
const screenshots = process.env['SCREENSHOTS'] ?? join(root, 'artifacts', 'screenshots');
const minuteMs = 60_000;
let fixture: HostFixture;
let service: Service;
let selling: ReturnType<typeof setInterval>;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  service = await startService({ dataDir: join(data.path, 'data'), config });
  const nowMs = Date.now();
  await sendWatched(service.httpUrl, nowMs);
  await sendMetrics(service.httpUrl, nowMs);
  await sendDurations(service.httpUrl, nowMs);
  await sendAlert(service.httpUrl, nowMs);
  selling = setInterval(() => {
    void sendEvents(service.httpUrl).catch(() => {});
    void sendGauge(service.httpUrl, 'shop.load', 20).catch(() => {});
  }, 250);
  fixture = await startHostFixture([
    'grafana-datasource',
    'grafana-panels/heatmap',
    'grafana-panels/leaderboard',
    'grafana-panels/alert-timeline',
  ]);
  await eventually(
    async () => {
      const answer = await fetch(`${service.httpUrl}/statbar/v1/anomalies`);
      const { data: found } = (await answer.json()) as { data: { episodes: unknown[] } };
      return found.episodes.length > 0 ? true : undefined;
    },
    { timeoutMs: 90_000, what: 'an episode' },
  );
}, 600_000);

afterAll(async () => {
  clearInterval(selling);
  await fixture?.close();
  await service?.stop();
  data.remove();
});

const datasource = { uid: 'statbar', type: 'statbar-metrics-datasource' };
const panel = (title: string, type: string, target: Readonly<Record<string, unknown>>) => ({
  ...{ title, type, datasource },
  targets: [{ refId: 'A', version: 2, expr: '', ...target }] as never,
});

const panels = [
  panel('PromQL', 'timeseries', {
    kind: 'promql',
    expr: 'sum by (route) (rate(shop_requests_total[1m]))',
    legend: '{{route}}',
  }),
  panel('Anomalies', 'timeseries', {
    ...{ kind: 'anomalies', signal: 'shop_queue', matchers: 'region="eu"', legend: '{{region}}' },
  }),
  panel('Forecast', 'timeseries', {
    kind: 'forecast',
    expr: 'shop_queue{region="us"}',
    legend: '{{region}}',
  }),
  panel('Leaderboard', 'statbar-leaderboard-panel', {
    ...{ kind: 'leaderboard', expr: 'sum by (route) (increase(shop_requests_total[5m]))', compare: '20m' },
  }),
  panel('Heatmap', 'statbar-heatmap-panel', {
    kind: 'heatmap',
    expr: 'sum by (le) (increase(shop_duration_seconds_bucket[1m]))',
  }),
  panel('Alerts', 'statbar-alerttimeline-panel', { kind: 'alerts' }),
  {
    ...panel('Views, live', 'timeseries', {
      ...{ kind: 'views', view: 'shop:purchases', legend: '{{region}}', live: true },
    }),
    gridPos: { x: 0, y: 30, w: 24, h: 8 },
  },
];

/** Where a panel is. */
const frameOf = (page: Page, title: string) =>
  page.locator('[data-panel-id]', { has: page.getByRole('heading', { name: title, exact: true }) });

describe('every kind of query', { timeout: 180_000 }, () => {
  test.each(['dark', 'light'] as const)('is drawn in the panel that it is made for (%s)', async (theme) => {
    const { page, problems, close } = await fixture.open(panels, {
      ...{ theme, size: { width: 1400, height: 1800 }, statbar: { url: service.httpUrl } },
      dashboard: {
        time: { from: new Date(Date.now() - 30 * minuteMs).toISOString(), to: 'now+10m' },
        refresh: '',
      },
    });
    try {
      for (const { title } of panels) await page.getByRole('heading', { name: title, exact: true }).waitFor();
      const states = () =>
        page
          .locator('[data-panel-state]')
          .evaluateAll((all) => all.map((each) => each.getAttribute('data-panel-state')));
      await eventually(
        async () =>
          (await states()).every((state) => state === 'Done' || state === 'Streaming') ? true : undefined,
        {
          timeoutMs: 90_000,
          what: 'answers for all panels',
        },
      );
      await frameOf(page, 'Leaderboard').getByText('/d', { exact: true }).first().waitFor();
      await frameOf(page, 'Alerts').getByText('ShopSlow').first().waitFor();
      for (const title of ['PromQL', 'Anomalies', 'Forecast', 'Heatmap', 'Views, live'])
        await frameOf(page, title).locator('canvas').first().waitFor();
      // A live panel needs some results to be a line.
      await page.waitForTimeout(theme === 'dark' ? 15_000 : 1000);
      const picture = await page.screenshot({ fullPage: true });
      writeFileSync(join(screenshots, `datasource-kinds-${theme}.png`), picture);
      if (process.env['UPDATE'] === '1')
        writeFileSync(join(root, 'docs', 'pictures', `grafana-query-types-${theme}.png`), picture);
      expect(await states()).toContain('Streaming');
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});
