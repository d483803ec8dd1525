import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltPlugin, buildPlugins } from '../../grafana-build/src/build-plugins.ts';
import { pluginFolders } from '../../grafana-build/src/plugin-folders.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { launchBrowser, watchProblems } from './browser.ts';
import { bundleHost } from './bundle.ts';
import { type HostServer, startHost } from './host-server.ts';

let browser: Browser;
let built: readonly BuiltPlugin[];
let bundleFolder: string;

beforeAll(async () => {
  [browser, built, bundleFolder] = await Promise.all([
    launchBrowser(),
    buildPlugins(pluginFolders, { mode: 'production', today: '2000-01-01' }, createTempDir('plugins').path),
    bundleHost(),
  ]);
}, 600_000);

afterAll(() => browser?.close());

function folders(): Map<string, string> {
  return new Map(built.map(({ id, distFolder }) => [id, distFolder]));
}

async function hostOf(pluginIds: readonly string[], plugins = folders()): Promise<HostServer> {
  const panels = pluginIds.map((type, i) => ({
    id: i + 1,
    type,
    title: type,
    gridPos: { x: i * 8, y: 0, w: 8, h: 8 },
    targets: [],
  }));
  return startHost({
    bundleFolder,
    pluginFolders: plugins,
    targets: new Map(),
    settings: {
      dataSources: [{ uid: 'statbar', name: 'StatBar', type: 'statbar-metrics-datasource' }],
      dashboards: [{ uid: 'd', title: 'Host', panels }],
    },
  });
}

describe('plugins as they are built', () => {
  test.each(['dark', 'light'])('load as Grafana loads them, and nothing goes wrong (%s)', async (theme) => {
    const panels = built.map(({ id }) => id).filter((id) => id.endsWith('-panel'));
    const host = await hostOf(panels);
    const page = await browser.newPage({ viewport: { width: 1400, height: 600 } });
    const problems = watchProblems(page);
    try {
      await page.goto(`${host.url}/?theme=${theme}`);
      for (const id of panels) await page.getByRole('heading', { name: id }).waitFor();
      await expect.poll(() => page.locator('[data-panel-state="Done"]').count()).toBe(panels.length);
      expect(problems).toEqual([]);
    } finally {
      await page.close();
      await host.close();
    }
  });

  test('one that asks for what Grafana does not share is refused, by name', async () => {
    const { path: folder } = createTempDir('alien-plugin');
    writeFileSync(join(folder, 'plugin.json'), '{"id":"alien-panel","type":"panel"}');
    writeFileSync(join(folder, 'module.js'), 'define(["left-pad"], (pad) => ({ plugin: pad }));');
    const host = await hostOf(['alien-panel'], new Map([...folders(), ['alien-panel', folder]]));
    const page = await browser.newPage();
    try {
      await page.goto(host.url);
      await page.locator('[data-panel-failure]').waitFor();
      const failure = await page.locator('[data-panel-failure]').getAttribute('data-panel-failure');
      expect(failure).toContain('left-pad, which Grafana does not share');
    } finally {
      await page.close();
      await host.close();
    }
  });
});
