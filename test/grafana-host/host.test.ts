import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginFolders } from '../../grafana-build/src/plugin-folders.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { bundleHost } from './bundle.ts';
import { type HostFixture, startHostFixture } from './fixture.ts';
import { startHost } from './host-server.ts';

let fixture: HostFixture;

beforeAll(async () => {
  fixture = await startHostFixture(pluginFolders);
}, 600_000);

afterAll(() => fixture?.close());

// A page evaluates megabytes of Grafana's code before it shows anything.
describe('plugins as they are built', { timeout: 120_000 }, () => {
  test.each(['dark', 'light'] as const)(
    'load as Grafana loads them, and nothing goes wrong (%s)',
    async (theme) => {
      const ids = fixture.plugins.map(({ id }) => id).filter((id) => id.endsWith('-panel'));
      const { page, problems, close } = await fixture.open(
        ids.map((type) => ({ type, title: type })),
        { theme },
      );
      try {
        for (const id of ids) await page.getByRole('heading', { name: id }).waitFor();
        await expect
          .poll(() => page.locator('[data-panel-state="Done"]').count(), { timeout: 60_000 })
          .toBe(ids.length);
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    },
  );

  test('one that asks for what Grafana does not share is refused, by name', async () => {
    const { path: folder } = createTempDir('alien-plugin');
    writeFileSync(join(folder, 'plugin.json'), '{"id":"alien-panel","type":"panel"}');
    writeFileSync(join(folder, 'module.js'), 'define(["left-pad"], (pad) => ({ plugin: pad }));');
    const panel = { id: 1, type: 'alien-panel', title: 'Alien', gridPos: { x: 0, y: 0, w: 12, h: 8 } };
    const host = await startHost({
      bundleFolder: await bundleHost(),
      pluginFolders: new Map([['alien-panel', folder]]),
      targets: new Map(),
      settings: {
        dataSources: [{ uid: 'frames', name: 'Frames', type: 'host-frames' }],
        dashboards: [{ uid: 'd', title: 'Host', panels: [panel] }],
      },
    });
    const page = await fixture.browser.newPage();
    try {
      await page.goto(host.url);
      const failed = page.locator('[data-panel-failure]');
      await failed.waitFor();
      expect(await failed.getAttribute('data-panel-failure')).toContain(
        'left-pad, which Grafana does not share',
      );
    } finally {
      await page.close();
      await host.close();
    }
  });
});
