import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../support/root.ts';
import { type OpenView, type PreviewRun, startPreviewRun } from './preview/preview-run.ts';
import {
  heatmapShowsIncident,
  leaderboardShowsIncident,
  timelineShowsIncident,
} from './story/incident-story.ts';

/*
 * Makes the pictures of the README, of docs/grafana.md and of the plugins' own pages anew:
 *   node test/grafana-host/make-screenshots.ts
 * It plays the demo's whole past and some minutes of its incident, so it takes about seven minutes.
 */

const sizeBytesMax = 300_000;
const incidentSeenForMs = 210_000;
const themes = ['dark', 'light'] as const;
const docs = join(root, 'docs', 'pictures');
const say = (text: string): void => console.log(text);
const tooLarge: string[] = [];

/** Of the plugins: which panel of which dashboard stands for it, and where its picture belongs. */
const panels = [
  { dashboard: 'statbar-launch', title: 'Errors by device', plugin: 'grafana-panels/heatmap', name: 'names' },
  { dashboard: 'statbar-operations', title: 'Latency', plugin: 'grafana-panels/heatmap', name: 'histogram' },
  {
    dashboard: 'statbar-operations',
    title: 'Where messages fail',
    plugin: 'grafana-panels/leaderboard',
    name: 'errors',
  },
  {
    dashboard: 'statbar-operations',
    title: 'Alerts',
    plugin: 'grafana-panels/alert-timeline',
    name: 'timeline',
  },
] as const;

async function keep(what: Locator | OpenView['page'], folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await what.screenshot({ path, animations: 'disabled' });
  const sizeBytes = statSync(path).size;
  say(`${path.slice(root.length)}: ${(sizeBytes / 1000).toFixed(0)} kB`);
  if (sizeBytes > sizeBytesMax) tooLarge.push(path);
}

async function settled({ page }: OpenView): Promise<void> {
  const waiting = page.locator('[data-panel-state="NotStarted"], [data-panel-state="Loading"]');
  await page.locator('[data-panel-state]').first().waitFor();
  for (let tries = 0; tries < 100 && (await waiting.count()) > 0; tries++) await page.waitForTimeout(200);
  await page.waitForTimeout(1500);
}

async function dashboards(preview: PreviewRun, theme: 'dark' | 'light'): Promise<void> {
  for (const [uid, from] of [
    ['statbar-launch', 'now-30m'],
    ['statbar-operations', 'now-30m'],
    ['statbar-executive', 'now-6h'],
    ['statbar-self', 'now-15m'],
  ] as const) {
    const view = await preview.open(uid, { theme, from, size: { width: 1400, height: 950 } });
    await settled(view);
    await keep(view.page, docs, `${uid.replace('statbar-', 'grafana-')}-${theme}`);
    for (const { title, plugin, name } of panels.filter(({ dashboard }) => dashboard === uid)) {
      const panel = view.panel(title);
      await panel.scrollIntoViewIfNeeded();
      await keep(panel, join(root, plugin, 'src', 'img'), `${name}-${theme}`);
    }
    await view.page.close();
  }
}

async function dataSource(preview: PreviewRun, theme: 'dark' | 'light'): Promise<void> {
  const folder = join(root, 'grafana-datasource', 'src', 'img');
  const expr = 'sum by (region) (rate(chat_errors_total[1m]))';
  const query = {
    refId: 'A',
    version: 2,
    kind: 'promql',
    editor: 'builder',
    expr,
    legend: '{{region}}',
    live: true,
  };
  const explore = new URLSearchParams({ theme, from: 'now-30m', to: 'now', query: JSON.stringify(query) });
  const view = await preview.goto(`/explore?${explore}`);
  await settled(view);
  await keep(view.page, folder, `explore-${theme}`);
  await view.page.close();
  const editor = await preview.open('statbar-operations', { theme, from: 'now-30m', more: '&editPanel=7' });
  await settled(editor);
  await keep(editor.page, folder, `anomalies-${theme}`);
  await editor.page.close();
}

const preview = await startPreviewRun(['--incident-after', '20s', '--incident-for', '20m', '--seed', '7']);
try {
  const view = await preview.open('statbar-operations', { theme: 'dark', from: 'now-30m' });
  say('Waiting for the incident ...');
  await leaderboardShowsIncident(view);
  await timelineShowsIncident(view);
  await view.page.goto(`${preview.url}/d/statbar-launch`);
  await heatmapShowsIncident(view);
  await view.page.waitForTimeout(incidentSeenForMs);
  await view.page.close();
  for (const theme of themes) {
    await dashboards(preview, theme);
    await dataSource(preview, theme);
  }
} finally {
  await preview.close();
}
if (tooLarge.length > 0) {
  console.error(`larger than ${sizeBytesMax / 1000} kB: ${tooLarge.join(', ')}`);
  process.exitCode = 1;
}
