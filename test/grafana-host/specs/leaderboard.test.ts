import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostFixture, startHostFixture } from '../fixture.ts';
import { graveViolations } from './axe.test-support.ts';
import { panelFrames, speaking } from './panel-frames.test-support.ts';

let fixture: HostFixture;
const type = 'statbar-leaderboard-panel';
const target = (frames: string) => [{ refId: 'A', frames }] as never;

/** Counts animations as they start. */
const countMoves = `window.moves = 0;
  const { animate } = Element.prototype;
  Element.prototype.animate = function (...settings) {
    if (this.getAttribute('role') === 'row') window.moves += 1;
    return animate.apply(this, settings);
  };`;

const renamed = {
  defaults: {},
  overrides: [
    {
      matcher: { id: 'byName', options: 'af-south' },
      properties: [{ id: 'displayName', value: 'Far south' }],
    },
  ],
};

beforeAll(async () => {
  fixture = await startHostFixture(['grafana-panels/leaderboard']);
}, 600_000);

afterAll(() => fixture?.close());

describe('the leaderboard in a browser', { timeout: 120_000 }, () => {
  test.each(['dark', 'light'] as const)(
    'ranks series and tables, of thousands only what is in sight (%s)',
    async (theme) => {
      const { page, problems, close } = await fixture.open(
        [
          { type, title: 'Compared', targets: target('compared') },
          { type, title: 'Table', targets: target('table') },
          { type, title: 'Many', targets: target('many'), options: { showSearch: true } },
          { type, title: 'Empty', targets: target('none') },
        ],
        { theme, init: panelFrames, size: { width: 1400, height: 1100 } },
      );
      try {
        const rows = (id: number) => page.locator(`[data-panel-id="${id}"] [role="row"]`);
        await rows(3).nth(1).waitFor({ timeout: 60_000 });

        // Series of the compared period are no rows of their own; one that it lacks is new.
        expect(await rows(1).count()).toBe(9);
        expect(await rows(1).filter({ hasText: 'af-south' }).textContent()).toContain('new');
        const table = await rows(2).allTextContents();
        expect(table.slice(1).map((text) => text.slice(0, 2))).toEqual(['1·', '=2', '=2', '4▼', '–p']);
        await page.locator('[data-panel-id="4"]').getByText('No data').waitFor();

        const parts = [1, 2, 3].map((id) => `[data-panel-id="${id}"]`);
        expect(await graveViolations(page, parts)).toEqual([]);
        await rows(2).nth(1).click();
        expect(await graveViolations(page, ['[data-testid="statbar-tooltip"]'])).toEqual([]);
        await page.keyboard.press('Escape');
        await page.locator(parts[1]).getByRole('button', { name: 'View as table' }).click();
        await page.locator(`${parts[1]} td`).first().waitFor();
        expect(await graveViolations(page, [parts[1]])).toEqual([]);

        // Two thousand rows, of which some twenty exist; the last is there when it is scrolled to.
        expect(await rows(3).count()).toBeLessThan(40);
        const grid = page.locator('[data-panel-id="3"] [role="grid"]');
        expect(await grid.getAttribute('aria-rowcount')).toBe('2001');
        await grid.focus();
        await page.keyboard.press('End');
        await page.locator('[data-panel-id="3"] [aria-rowindex="2001"]').waitFor();

        // A search keeps the rank that the row has among all.
        await page.getByPlaceholder('Search').fill('host-0005');
        await expect.poll(() => rows(3).count()).toBe(2);
        expect(await rows(3).nth(1).textContent()).toMatch(/^19\d\d/);
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    },
  );

  test('a heading sorts, a click pins with links, Escape lets go', async () => {
    const { page, problems, close } = await fixture.open(
      [{ type, title: 'Regions', targets: target('regions') }],
      {
        init: panelFrames,
      },
    );
    try {
      const rows = page.locator('[role="row"]');
      await rows.nth(8).waitFor({ timeout: 60_000 });
      const header = page.locator('[role="columnheader"]', { hasText: 'Name' });
      await header.getByRole('button').click();
      await expect.poll(() => page.locator('[aria-rowindex="2"]').textContent()).toContain('af-south');
      expect(await header.getAttribute('aria-sort')).toBe('ascending');
      await page.locator('[aria-rowindex="2"]').click({ position: { x: 80, y: 10 } });
      await page.getByRole('dialog').getByText('Logs of af-south').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByTestId('statbar-tooltip').count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('headings sort by keyboard and turn the order round; a sparkline pins its row and the time', async () => {
    const { page, problems, close } = await fixture.open(
      [
        { type, title: 'Regions', targets: target('regions') },
        { type, title: 'Compared', targets: target('compared'), fieldConfig: renamed },
      ],
      { init: `${panelFrames} ${countMoves}` },
    );
    try {
      const first = (id: number) => page.locator(`[data-panel-id="${id}"] [aria-rowindex="2"]`);
      await first(2).waitFor({ timeout: 60_000 });
      const header = page.locator('[data-panel-id="1"] [role="columnheader"]', { hasText: 'Name' });
      await header.getByRole('button').focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => first(1).textContent()).toContain('af-south');
      await page.keyboard.press('Enter');
      await expect.poll(() => first(1).textContent()).toContain('us-west');
      expect(await header.getAttribute('aria-sort')).toBe('descending');
      // Rows were seen moving; those who want no movement see none.
      const moves = () => page.evaluate<number>('window.moves');
      const moved = await moves();
      expect(moved).toBeGreaterThan(0);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await header.getByRole('button').press('Enter');
      await expect.poll(() => first(1).textContent()).toContain('af-south');
      expect(await moves()).toBe(moved);

      const box = await page.locator('[data-panel-id="2"] [data-testid="statbar-timeline"]').boundingBox();
      if (box === null) throw new Error('no sparklines');
      await page.mouse.click(box.x + box.width / 2, box.y + 16);
      const card = page.getByRole('dialog');
      await card.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/).waitFor();
      await card.getByText('Far south', { exact: true }).waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('the same as a table and as a file, in German; a new leader is said aloud', async () => {
    const live = `${panelFrames} ${speaking('de-DE')}
      const { regions } = window.hostFrames;
      window.hostFrames = { ...window.hostFrames, live: (request) => {
        window.asked = (window.asked ?? 0) + 1;
        const frames = regions(request).slice(0, 3);
        frames[window.asked > 3 ? 1 : 2].fields[1].values.push(99);
        for (const frame of frames) frame.fields[0].values.push(request.range.to.valueOf());
        return frames;
      } };`;
    const { page, problems, close } = await fixture.open([{ type, title: 'Live', targets: target('live') }], {
      init: live,
      dashboard: { refresh: '1s' },
    });
    try {
      const news = page.getByTestId('statbar-leader-news');
      await news.waitFor({ state: 'attached', timeout: 60_000 });
      await expect.poll(() => news.textContent(), { timeout: 60_000 }).toMatch(/hat die Führung übernommen/);
      await page.getByRole('button', { name: 'Als Tabelle zeigen' }).click();
      expect(await page.locator('th').allTextContents()).toEqual(['Rang', 'Name', 'Wert', 'Rückstand']);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Als CSV herunterladen' }).click();
      const file = await readFile(await (await downloading).path(), 'utf8');
      expect(file.split('\r\n').slice(0, 2)).toEqual([
        '\ufeffrank,name,value,gap',
        expect.stringMatching(/^1,.*,99,$/),
      ]);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});
