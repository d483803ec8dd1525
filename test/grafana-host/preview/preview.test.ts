import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graveViolations } from '../specs/axe.test-support.ts';
import {
  heatmapShowsIncident,
  leaderboardShowsIncident,
  timelineShowsIncident,
} from '../story/incident-story.ts';
import { isOurs, places } from './accessible-places.ts';
import { keepScreenshot, type OpenView, type PreviewRun, startPreviewRun } from './preview-run.ts';

/*
 * The real `npm run preview`, with a short past and an early incident: somebody opens the page and watches the incident
 * appear. The whole past, with its detectors, is played by `npm run soak -- preview`.
 */

const screen = { width: 1400, height: 950 };

let preview: PreviewRun;
let view: OpenView;

beforeAll(async () => {
  preview = await startPreviewRun(['--history', '90m', '--incident-after', '20s', '--incident-for', '20m']);
  view = await preview.goto('/');
  await view.page.setViewportSize(screen);
}, 700_000);

afterAll(() => preview?.close());

/** As people go: by the navigation. */
async function goTo(title: string): Promise<void> {
  await view.page.getByRole('navigation').getByRole('link', { name: title }).click();
  await view.page.getByRole('heading', { level: 1, name: title }).waitFor();
}

// The page is loaded once: what comes later in it is live.
describe('npm run preview', { timeout: 300_000 }, () => {
  test('the incident appears in leaderboard, timeline and heatmap, on the first screen of what opens first', async () => {
    await view.page.getByRole('heading', { level: 1, name: 'Product launch' }).waitFor();
    expect(await leaderboardShowsIncident(view)).toMatch(/eu-west.*android.*tls_handshake/);
    expect(await timelineShowsIncident(view)).toMatch(/^ChatErrorShare: \d+ alerts, [1-9]\d* open/);
    expect((await heatmapShowsIncident(view)).here).toBeGreaterThan(50);
    for (const title of ['Where messages fail', 'Errors by device', 'Alerts']) {
      const box = await view.panel(title).boundingBox();
      expect(box?.y, title).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? Number.POSITIVE_INFINITY), title).toBeLessThanOrEqual(
        screen.height,
      );
    }
    await keepScreenshot(view.page, 'preview-launch-dark');
    await goTo('Operations');
    await leaderboardShowsIncident(view);
    await timelineShowsIncident(view);
    await keepScreenshot(view.page, 'preview-operations-dark');
    expect(view.problems).toEqual([]);
  });

  test('the same in the light theme', async () => {
    await goTo('Product launch');
    await view.page.getByRole('button', { name: 'Light theme' }).click();
    await view.page.locator('html[data-theme="light"]').waitFor();
    await leaderboardShowsIncident(view);
    await timelineShowsIncident(view);
    expect((await heatmapShowsIncident(view)).here).toBeGreaterThan(50);
    await keepScreenshot(view.page, 'preview-launch-light');
    await goTo('Operations');
    await leaderboardShowsIncident(view);
    await timelineShowsIncident(view);
    await keepScreenshot(view.page, 'preview-operations-light');
    expect(view.problems).toEqual([]);
  });

  test('every panel of this dashboard has an answer, and none an error', async () => {
    const states = (): Promise<string[]> =>
      view.page
        .locator('[data-panel-state]')
        .evaluateAll((panels) => panels.map((panel) => panel.getAttribute('data-panel-state') ?? ''));
    await expect.poll(async () => (await states()).includes('NotStarted'), { timeout: 60_000 }).toBe(false);
    expect((await states()).filter((state) => state === 'Error')).toEqual([]);
    const rows = await view.page.evaluate(() => {
      const { hostPanelData } = window as never as {
        hostPanelData: Map<number, { series: { length: number }[] }>;
      };
      return [...hostPanelData.values()].map(({ series }) => series.length);
    });
    expect(rows.length).toBeGreaterThan(5);
    expect(Math.min(...rows)).toBeGreaterThan(0);
  });

  test.each(['dark', 'light'] as const)(
    'nothing keeps people from using any part of it (%s)',
    async (theme) => {
      const { page } = view;
      const found: string[] = [];
      for (const { name, path, selector } of places) {
        await page.evaluate(
          (to) => (window as never as { hostNavigate(path: string): void }).hostNavigate(to),
          path,
        );
        await page.locator(selector).first().waitFor({ timeout: 60_000 });
        if ((await page.locator('html').getAttribute('data-theme')) !== theme) {
          await page.getByRole('button', { name: theme === 'dark' ? 'Dark theme' : 'Light theme' }).click();
        }
        await page.locator('[data-panel-state="NotStarted"]').first().waitFor({ state: 'detached' });
        const violations = await graveViolations(page, ['body']);
        found.push(...violations.filter(isOurs).map((violation) => `${name}: ${violation}`));
      }
      expect(found).toEqual([]);
      expect(view.problems).toEqual([]);
    },
  );

  test('Ctrl-C ends all of it', async () => {
    expect(await preview.close()).toBe(0);
    await expect(fetch(preview.url)).rejects.toThrow();
  });
});
