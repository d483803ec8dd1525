import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostFixture, type OpenPage, startHostFixture } from '../fixture.ts';
import { panelFrames, speaking } from './panel-frames.test-support.ts';

let fixture: HostFixture;
const type = 'statbar-heatmap-panel';
const target = (frames: string) => [{ refId: 'A', frames }] as never;
const panel = (page: Page, id: number): Locator => page.locator(`[data-panel-id="${id}"]`);
const gridOf = (page: Page, id: number): Locator => panel(page, id).locator('[role="grid"]');

/** One page for most of the tests: a page takes seconds to load, and they leave each other's panels alone. */
let opened: OpenPage;

beforeAll(async () => {
  fixture = await startHostFixture(['grafana-panels/heatmap']);
  opened = await open();
}, 600_000);

afterAll(() => fixture?.close());

const action = {
  type: 'fetch',
  title: 'Restart',
  fetch: { method: 'POST', url: '/act', body: '{}', headers: [], queryParams: [] },
};

async function open(init = ''): Promise<OpenPage> {
  const opened = await fixture.open(
    [
      { type, title: 'Exemplars', targets: target('exemplars') },
      { type, title: 'Calendar', targets: target('hourly'), options: { layout: 'calendar' } },
      { type, title: 'Filtered', targets: target('filtered'), options: { groupBy: 'region' } },
      {
        type,
        title: 'Local',
        targets: target('regions'),
        options: { groupBy: 'region', rowBrush: 'panel' },
        fieldConfig: { defaults: { actions: [action] } as never, overrides: [] },
      },
    ],
    {
      init: `${panelFrames}; ${init}
        window.hostFilters = ['region'];
        window.asked = 0;
        const { regions } = window.hostFrames;
        window.hostFrames = { ...window.hostFrames, regions: (request) => {
          window.asked += 1;
          return regions(request);
        } };`,
      size: { width: 1400, height: 1000 },
    },
  );
  for (const id of [1, 2, 3, 4]) await panel(opened.page, id).locator('canvas').waitFor({ timeout: 60_000 });
  return opened;
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is not in sight');
  return box;
}

async function drag(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 3 });
  await page.mouse.up();
}

describe('the heatmap in a browser, further', { timeout: 120_000 }, () => {
  test('exemplars lead to their traces, a calendar tells the hour', async () => {
    const { page, problems } = opened;
    const card = page.getByTestId('statbar-tooltip');
    // The newest cell of the lowest bucket holds an exemplar, in the time of an annotation.
    await gridOf(page, 1).focus();
    await page.keyboard.press('ArrowDown');
    await card.getByText('Exemplars (1)').waitFor();
    await card.getByText('Deploy 4.2').waitFor();
    await page.keyboard.press('Enter');
    const link = page.getByRole('dialog').getByRole('link', { name: 'Trace' });
    expect(await link.getAttribute('href')).toBe('/trace/trace-3');
    await page.keyboard.press('Escape');
    await expect.poll(() => card.count()).toBe(0);
    expect(await gridOf(page, 1).evaluate((grid) => grid === document.activeElement)).toBe(true);

    const box = await boxOf(gridOf(page, 2));
    await page.mouse.move(box.x + box.width / 2, box.y + (10.5 / 24) * box.height);
    await card.getByText(/\d 10:00:00 – 11:00:00/).waitFor();
    await card.getByText('10 req/s').first().waitFor();
    expect(problems).toEqual([]);
  });

  test('a drag over rows filters the dashboard where its data source can, and this panel otherwise', async () => {
    const { page, problems } = opened;
    const upTo = async (id: number): Promise<void> => {
      const box = await boxOf(gridOf(page, id));
      await drag(page, [box.x + 100, box.y + 4], [box.x + 102, box.y + box.height * 0.3]);
    };
    await upTo(3);
    await expect.poll(() => gridOf(page, 3).getAttribute('aria-rowcount')).toBe('3');
    // The filter is the dashboard's: there are three rows, and nothing of the panel's own to undo.
    await expect
      .poll(() =>
        panel(page, 3)
          .getByRole('button', { name: /of 8 rows/ })
          .count(),
      )
      .toBe(0);

    await upTo(4);
    await panel(page, 4).getByRole('button', { name: '3 of 8 rows' }).waitFor();
    expect(await gridOf(page, 4).getAttribute('aria-rowcount')).toBe('3');
    expect(problems).toEqual([]);
  });

  test('after an action the answers are asked for again', async () => {
    const { page, problems } = opened;
    await page.route('**/act', (route) => route.fulfill({ status: 200, json: {} }));
    const box = await boxOf(gridOf(page, 4));
    await page.mouse.click(box.x + 60, box.y + 20);
    await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
    const before = await page.evaluate<number>('window.asked');
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await expect.poll(() => page.evaluate<number>('window.asked')).toBeGreaterThan(before);
    expect(problems).toEqual([]);
  });

  test('cells as a file, and as a picture with a background', async () => {
    const { page, problems } = opened;
    const picture = await page.evaluate(async () => {
      interface Plugin {
        onScreenshot(context: object): Promise<Blob>;
        readonly viewPanelOptions: { readonly quickToggles: { readonly optionProperties: string[] } };
        readonly defaults: object;
      }
      interface Loader {
        readonly System: { import(url: string): Promise<{ readonly plugin: Plugin }> };
      }
      const { System } = window as never as Loader;
      const { plugin } = await System.import('/public/plugins/statbar-heatmap-panel/module.js');
      const element = document.querySelector('[data-panel-id="1"]');
      const image = await createImageBitmap(await plugin.onScreenshot({ element, format: 'png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
      let isOpaque = data.length > 0;
      for (let i = 3; i < data.length; i += 4) isOpaque &&= data[i] === 255;
      const { optionProperties } = plugin.viewPanelOptions.quickToggles;
      return { isOpaque, unknown: optionProperties.filter((path) => !(path in plugin.defaults)) };
    });
    expect(picture).toEqual({ isOpaque: true, unknown: [] });

    await panel(page, 2).getByRole('button', { name: 'View as table' }).click();
    const downloading = page.waitForEvent('download');
    await panel(page, 2).getByRole('button', { name: 'Download as CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('Calendar.csv');
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(lines[0]).toBe('\ufeffstart,end,row,value');
    // Two weeks of hours, a heading and the end of the last line.
    expect(lines.length).toBe(24 * 14 + 2);
    expect(lines[1]).toMatch(/^[\d-]+T(\d\d):00:00\.000Z,[\d-]+T\d\d:00:00\.000Z,\1:00,\d+$/);
    expect(problems).toEqual([]);
  });

  test('speaks German, and is as sharp as the screen', async () => {
    const { page, problems, close } = await open(speaking('de-DE'));
    try {
      expect(await gridOf(page, 1).getAttribute('aria-label')).toContain('Pfeiltasten');
      await panel(page, 1).getByRole('button', { name: 'Als Tabelle zeigen' }).waitFor();
      const sharp = await fixture.browser.newPage({ deviceScaleFactor: 2 });
      await sharp.addInitScript(panelFrames);
      await sharp.goto(page.url());
      const canvas = panel(sharp, 3).locator('canvas');
      await canvas.waitFor({ timeout: 60_000 });
      const ratio = await canvas.evaluate(({ width, clientWidth }: HTMLCanvasElement) => width / clientWidth);
      expect(ratio).toBe(2);
      await sharp.close();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});
