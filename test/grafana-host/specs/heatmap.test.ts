import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostFixture, type OpenPage, startHostFixture } from '../fixture.ts';
import { graveViolations } from './axe.test-support.ts';
import { panelFrames } from './panel-frames.test-support.ts';

let fixture: HostFixture;
const type = 'statbar-heatmap-panel';
const target = (frames: string) => [{ refId: 'A', frames }] as never;

beforeAll(async () => {
  fixture = await startHostFixture(['grafana-panels/heatmap', 'grafana-panels/leaderboard']);
}, 600_000);

afterAll(() => fixture?.close());

/** How many pixels of a panel's canvas within its cells are painted. */
function paintedPixels(page: Page, panelId: number): Promise<number> {
  return page.evaluate((id) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-panel-id="${id}"] canvas`);
    const cells = document.querySelector(`[data-panel-id="${id}"] [role="grid"]`);
    if (!canvas || !cells) return -1;
    const [outer, inner] = [canvas.getBoundingClientRect(), cells.getBoundingClientRect()];
    const ratio = canvas.width / outer.width;
    const area = [inner.left - outer.left, inner.top - outer.top, inner.width, inner.height];
    const [x, y, width, height] = area.map((side) => Math.round(side * ratio));
    const { data } = canvas.getContext('2d')?.getImageData(x, y, width, height) ?? { data: [] };
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count += 1;
    return count;
  }, panelId);
}

async function openAll(theme: 'dark' | 'light'): Promise<OpenPage> {
  const opened = await fixture.open(
    [
      { type, title: 'Classic', targets: target('classic') },
      { type, title: 'Native', targets: target('native') },
      { type, title: 'Regions', targets: target('regions'), options: { groupBy: 'region' } },
      { type, title: 'Empty', targets: target('none') },
      { type: 'statbar-leaderboard-panel', title: 'Board', targets: target('regions') },
    ],
    { theme, init: panelFrames, size: { width: 1400, height: 1500 } },
  );
  for (const id of [1, 2, 3])
    await opened.page.locator(`[data-panel-id="${id}"] canvas`).waitFor({ timeout: 60_000 });
  await opened.page.locator('[data-panel-id="5"] [role="row"]').nth(1).waitFor();
  return opened;
}

describe('the heatmap in a browser', { timeout: 120_000 }, () => {
  test.each(['dark', 'light'] as const)(
    'draws cells of every kind, and says when there are none (%s)',
    async (theme) => {
      const { page, problems, close } = await openAll(theme);
      try {
        for (const id of [1, 2, 3]) expect(await paintedPixels(page, id)).toBeGreaterThan(10_000);
        await page.locator('[data-panel-id="4"]').getByText('No data').waitFor();
        const parts = [1, 2, 3, 4].map((id) => `[data-panel-id="${id}"]`);
        expect(await graveViolations(page, parts)).toEqual([]);
        // Pinned, and as a table.
        const box = await page.locator('[data-panel-id="3"] [role="grid"]').boundingBox();
        if (box === null) throw new Error('the grid is not in sight');
        await page.mouse.click(box.x + 60, box.y + 10);
        await page.getByRole('dialog').getByText('Logs of eu-west').waitFor();
        expect(await graveViolations(page, ['[data-testid="statbar-tooltip"]'])).toEqual([]);
        await page.keyboard.press('Escape');
        await page.locator(parts[1]).getByRole('button', { name: 'View as table' }).click();
        await page.locator(`${parts[1]} td`).first().waitFor();
        expect(await graveViolations(page, [parts[1]])).toEqual([]);
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    },
  );

  test('pointer, keyboard, brush, crosshair and table', async () => {
    const { page, problems, close } = await openAll('dark');
    try {
      const grid = page.locator('[data-panel-id="3"] [role="grid"]');
      const box = await grid.boundingBox();
      if (box === null) throw new Error('the grid is not in sight');
      const card = page.getByTestId('statbar-tooltip');

      // The pointer: the tooltip says row and value; the other panels show the time.
      await page.mouse.move(box.x + box.width / 2, box.y + 5);
      await card.getByText('eu-west', { exact: true }).waitFor();
      const line = page.locator('[data-panel-id="5"] [data-testid="statbar-timeline"] > div').first();
      await expect.poll(() => line.evaluate((element) => getComputedStyle(element).display)).toBe('block');
      await page.mouse.down();
      await page.mouse.up();
      await page.getByRole('dialog').getByText('Logs of eu-west').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => card.count()).toBe(0);

      // The keyboard: from the newest cell of the first row, one down and one back.
      await grid.focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
      const active = await grid.getAttribute('aria-activedescendant');
      expect(await page.locator(`[id="${active}"]`).textContent()).toContain('eu-north');
      await page.keyboard.press('Escape');

      // A drag downwards keeps some rows, and a click brings all back.
      const before = await paintedPixels(page, 3);
      await page.mouse.move(box.x + 100, box.y + 4);
      await page.mouse.down();
      await page.mouse.move(box.x + 102, box.y + box.height * 0.3, { steps: 3 });
      await page.mouse.up();
      await page.getByRole('button', { name: '3 of 8 rows' }).click();
      await expect.poll(() => page.getByRole('button', { name: /of 8 rows/ }).count()).toBe(0);
      await expect.poll(() => paintedPixels(page, 3)).toBeGreaterThan(before * 0.9);

      // A drag sideways zooms every panel in time.
      await page.mouse.move(box.x + 100, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + 300, box.y + 42, { steps: 3 });
      await page.mouse.up();
      await expect.poll(() => new URL(page.url()).searchParams.get('from')).toMatch(/^\d/);

      // The table says the same in words.
      await page.locator('[data-panel-id="3"]').getByRole('button', { name: 'View as table' }).click();
      await page.locator('[data-panel-id="3"] td', { hasText: 'af-south' }).first().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('an answer that follows another leaves no empty canvas in between', async () => {
    const stream = `${panelFrames}
      const made = window.hostFrames;
      window.hostFrames = { ...made, live: (request) => {
        window.asked = (window.asked ?? 0) + 1;
        return made.classic(request);
      } };
      window.emptyFrames = 0;
      const look = () => {
        const canvas = document.querySelector('canvas');
        const pixels = canvas?.getContext('2d').getImageData(canvas.width / 2, 0, 1, canvas.height).data;
        if (pixels && !pixels.some((part) => part > 0)) window.emptyFrames += 1;
        requestAnimationFrame(look);
      };
      addEventListener('load', look);`;
    const { page, problems, close } = await fixture.open([{ type, title: 'Live', targets: target('live') }], {
      init: stream,
      dashboard: { refresh: '1s' },
    });
    try {
      await page.locator('canvas').waitFor({ timeout: 60_000 });
      await expect.poll(() => page.evaluate('window.asked'), { timeout: 60_000 }).toBeGreaterThan(4);
      expect(await page.evaluate('window.emptyFrames')).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});
