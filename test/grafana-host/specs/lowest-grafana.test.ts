import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginFolders, readManifest } from '../../../grafana-build/src/plugin-folders.ts';
import { lowestPackages } from '../../grafana-versions/packages.ts';
import { need } from '../../support/need.ts';
import { root } from '../../support/root.ts';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { type HostFixture, type OpenPage, startHostFixture } from '../fixture.ts';
import { sendMetrics } from './datasource-data.test-support.ts';
import { SourcePage } from './datasource-page.test-support.ts';
import { panelFrames } from './panel-frames.test-support.ts';

const lowest = await need('the lowest Grafana that is supported', lowestPackages());
const target = (frames: unknown) => [{ refId: 'A', frames }] as never;
const startMs = Date.now() - 600_000;

const alerts = [
  {
    meta: { custom: { statbar: 'alerts' } },
    fields: [
      { name: 'time', type: 'time', values: [startMs], config: {} },
      { name: 'timeEnd', type: 'time', values: [startMs + 300_000], config: {} },
      { name: 'state', type: 'string', values: ['firing'], config: {} },
      { name: 'alertname', type: 'string', values: ['ErrorRate'], config: {} },
      { name: 'fingerprint', type: 'string', values: ['f'], config: {} },
    ],
  },
];

/** A link and an action for every value: what a pinned card shows below them is Grafana's own in newer versions. */
const fieldConfig = {
  defaults: {
    links: [{ title: 'Runbook', url: 'https://runbooks.example/${__field.name}' }],
    actions: [{ type: 'fetch', title: 'Restart', fetch: { method: 'POST', url: '/api/restart' } }],
  },
} as never;

const panels = [
  { type: 'statbar-heatmap-panel', title: 'Heatmap', targets: target('regions'), fieldConfig },
  { type: 'statbar-leaderboard-panel', title: 'Leaderboard', targets: target('compared'), fieldConfig },
  { type: 'statbar-alerttimeline-panel', title: 'Alerts', targets: target(alerts), fieldConfig },
  { type: 'statbar-heatmap-panel', title: 'Empty', targets: target('none') },
];

const data = createTempDir('lowest-grafana-spec');
const screenshots = process.env['SCREENSHOTS'] ?? join(root, 'artifacts', 'screenshots');
let service: Service;
let fixture: HostFixture;
let open: OpenPage;

beforeAll(async () => {
  if (lowest === undefined) return;
  service = await startService({ dataDir: join(data.path, 'data') });
  await sendMetrics(service.httpUrl, Date.now());
  fixture = await startHostFixture(pluginFolders, lowest);
  open = await fixture.open(panels, { init: panelFrames, size: { width: 1400, height: 1000 } });
}, 600_000);

afterAll(async () => {
  await open?.close();
  await fixture?.close();
  await service?.stop();
  data.remove();
});

function panel(title: string) {
  return open.page.locator(`section[aria-label="${title}"]`);
}

describe.skipIf(lowest === undefined)(
  'the plugins in the oldest Grafana that they allow',
  {
    timeout: 120_000,
  },
  () => {
    test('that is what their manifests say', () => {
      for (const folder of pluginFolders) {
        const { dependencies } = readManifest(folder) as unknown as {
          dependencies: { grafanaDependency: string };
        };
        expect([folder, dependencies.grafanaDependency]).toEqual([folder, `>=${lowest?.version}`]);
      }
    });

    test('panels are shown on React 18', async () => {
      const { page, problems } = open;
      await panel('Leaderboard').locator('[role="row"]').nth(8).waitFor({ timeout: 60_000 });
      await panel('Heatmap').locator('canvas').first().waitFor();
      await panel('Alerts').getByText('ErrorRate').first().waitFor();
      await panel('Empty').getByText('No data').waitFor();
      const versions = await page.evaluate(async () => {
        const load = (window as never as { System: { import(name: string): Promise<{ version: string }> } })
          .System;
        const boot = (
          window as never as { grafanaBootData: { settings: { buildInfo: { version: string } } } }
        ).grafanaBootData;
        return [(await load.import('react')).version, boot.settings.buildInfo.version];
      });
      expect(versions).toEqual([expect.stringMatching(/^18\./), lowest?.version]);
      expect(problems).toEqual([]);
      await page.screenshot({ path: join(screenshots, 'lowest-grafana.png') });
    });

    test('a pinned row shows its links and actions, and an action asks before it is sent', async () => {
      const { page, problems } = open;
      await panel('Leaderboard')
        .locator('[aria-rowindex="2"]')
        .click({ position: { x: 80, y: 10 } });
      const card = page.getByRole('dialog', { name: /./ }).first();
      await card.getByText('Runbook').first().waitFor();
      await card.getByRole('button', { name: 'Restart' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.keyboard.press('Escape');
      expect(problems).toEqual([]);
    });

    test('a pinned cell does, too', async () => {
      const { page, problems } = open;
      await panel('Heatmap')
        .getByRole('grid')
        .click({ position: { x: 300, y: 120 } });
      await page.locator('[data-pinned="true"]').getByText('Runbook').first().waitFor();
      await page.keyboard.press('Escape');
      expect(problems).toEqual([]);
    });

    test('so does a pinned alert', async () => {
      const { page, problems } = open;
      await panel('Alerts').getByRole('grid').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      const card = page.getByRole('dialog', { name: 'ErrorRate' });
      await card.getByText('Runbook').first().waitFor();
      await page.keyboard.press('Escape');
      await card.waitFor({ state: 'detached' });
      expect(problems).toEqual([]);
    });

    test('suggestions are left out: a function as supplier would break those of all panels', async () => {
      const suppliers = await open.page.evaluate(async () => {
        const { System } = window as never as {
          System: { import(url: string): Promise<{ plugin: { getSuggestionsSupplier(): unknown } }> };
        };
        const ids = ['heatmap', 'leaderboard', 'alerttimeline'];
        const urls = ids.map((id) => `${location.origin}/public/plugins/statbar-${id}-panel/module.js`);
        const plugins = await Promise.all(urls.map((url) => System.import(url)));
        return plugins.map(({ plugin }) => typeof plugin.getSuggestionsSupplier());
      });
      expect(suppliers).toEqual(['undefined', 'undefined', 'undefined']);
    });

    test('the data source answers, and its editors are shown', async () => {
      const source = await SourcePage.open(fixture, { url: service.httpUrl });
      const { page, problems } = source.open;
      const { frames, errors } = await source.ask({ kind: 'promql', expr: 'shop_memory_bytes' });
      expect([errors, frames.length]).toEqual([[], 1]);
      const editor = (query: object) => ({ component: 'query', query: { refId: 'A', version: 2, ...query } });
      const expr = 'sum by (route) (rate(shop_requests_total[5m]))';
      await source.edit('dark', [
        { component: 'config', options: { url: '', jsonData: {}, secureJsonFields: {}, readOnly: false } },
        editor({ kind: 'promql', editor: 'code', expr }),
        editor({ kind: 'promql', editor: 'builder', expr }),
        editor({ kind: 'anomalies', signal: 'shop_requests_total', expr: '' }),
        editor({ kind: 'forecast', editor: 'builder', expr }),
        editor({ kind: 'leaderboard', editor: 'builder', expr }),
        editor({ kind: 'heatmap', editor: 'builder', expr }),
        editor({ kind: 'views', view: 'shop:purchases', expr: '' }),
        editor({ kind: 'alerts', expr: '' }),
        { component: 'annotation', query: { refId: 'Anno', version: 2, kind: 'anomalies', expr: '' } },
        { component: 'variable', query: { refId: 'V', kind: 'label_values', label: 'route' } },
        { component: 'help', query: {} },
      ]);
      await page.locator('#editors .monaco-editor').first().waitFor();
      await page.getByText('What can be asked').waitFor();
      // Its comboboxes leave out the name that newer ones take.
      for (const name of ['Signal', 'Metric', 'Query type', 'Operation', 'by']) {
        const combobox = page.getByRole('combobox', { name, exact: true }).first();
        await combobox.waitFor();
      }
      await page.screenshot({ path: join(screenshots, 'lowest-grafana-editors.png'), fullPage: true });
      expect(problems).toEqual([]);
      await source.close();
    });
  },
);
