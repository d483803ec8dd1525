import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { startHostFixture } from '../grafana-host/fixture.ts';
import { panelFrames } from '../grafana-host/specs/panel-frames.test-support.ts';
import { spreadOf } from './harness.ts';
import { type Figure, figure, publish, single } from './report.ts';

/**
 * What the heatmap and the leaderboard cost in a headless Chromium that draws without a graphics card. Drawing is
 * measured until its pixels can be read back.
 */
const ROUNDS = 21;
const fixture = await startHostFixture(['grafana-panels/heatmap', 'grafana-panels/leaderboard']);
try {
  const drawing = await heatmapDrawing();
  publish('grafana-panels', [...drawing, ...(await reactions())]);
} finally {
  await fixture.close();
}

async function heatmapDrawing(): Promise<Figure[]> {
  const page = await fixture.browser.newPage();
  await page.addScriptTag({ content: await pageScript() });
  const read = async (
    what: 'redraw' | 'answer' | 'answerSeries' | 'paths',
    columns: number,
    rows: number,
    rounds = ROUNDS,
  ) =>
    spreadOf(
      await page.evaluate(
        ([name, ...args]) => {
          const run = window.panelFigures?.[name as 'redraw'];
          return run?.(...(args as [number, number, number])).slice(1) ?? [];
        },
        [what, columns, rows, rounds + 1] as const,
      ),
    );
  const redraw = await read('redraw', 1000, 300);
  const answer = await read('answer', 1000, 300, 7);
  const series = await read('answerSeries', 300, 1000, 9);
  const own = await read('redraw', 600, 200);
  const paths = await read('paths', 600, 200, 7);
  await page.close();
  return [
    figure('grafana-panels/heatmap/redraw-300k', 'heatmap, 300 k cells at 1200x600, redraw', 'ms', redraw),
    figure('grafana-panels/heatmap/answer-300k', 'heatmap, 300 k cells, from frames to pixels', 'ms', answer),
    figure(
      'grafana-panels/heatmap/answer-1k-series',
      'heatmap, 1 k series of 300 points, from new frames to pixels',
      'ms',
      series,
    ),
    figure('grafana-panels/heatmap/redraw-120k', 'heatmap, 120 k cells, redraw', 'ms', own),
    figure('grafana-panels/heatmap/paths-120k', 'the same by one path per colour', 'ms', paths),
    single('grafana-panels/heatmap/against-paths', 'faster than paths', 'x', paths.median / own.median),
  ];
}

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./grafana-panels-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    mainFields: ['browser', 'module', 'main'],
    alias: { stream: fileURLToPath(new URL('../grafana-host/page/empty.js', import.meta.url)) },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

/** The built panels in the host page: pointer to tooltip, and ten thousand rows sorted. */
async function reactions(): Promise<Figure[]> {
  const target = (frames: string) => [{ refId: 'A', frames }] as never;
  const tenThousand = `${panelFrames}
    window.hostFrames = { ...window.hostFrames, tenThousand: (request) => window.hostFrames.hosts(request, 10_000) };`;
  const { page, close } = await fixture.open(
    [
      { type: 'statbar-heatmap-panel', title: 'Native', targets: target('native') },
      { type: 'statbar-leaderboard-panel', title: 'Hosts', targets: target('tenThousand') },
    ],
    { init: tenThousand },
  );
  await page.locator('[data-panel-id="1"] canvas').waitFor({ timeout: 120_000 });
  await page.locator('[data-panel-id="2"] [role="row"]').nth(3).waitFor({ timeout: 120_000 });
  const pointer = spreadOf(await pointerToTooltip(page, '[data-panel-id="1"] [role="grid"]'));
  const overRows = spreadOf(await pointerToTooltip(page, '[data-panel-id="2"] [role="grid"]'));
  const sort = spreadOf(await sortRows(page));
  await close();
  return [
    figure('grafana-panels/heatmap/pointer', 'heatmap, pointer move to tooltip', 'ms', pointer),
    figure('grafana-panels/leaderboard/pointer', 'leaderboard, pointer move to tooltip', 'ms', overRows),
    figure(
      'grafana-panels/leaderboard/sort-10k',
      'leaderboard, 10 k rows: sort and paint a screen',
      'ms',
      sort,
    ),
  ];
}

/** From the pointer's event to the tooltip's new text and its layout. */
function pointerToTooltip(page: Page, selector: string): Promise<number[]> {
  return page.evaluate(async (where) => {
    const grid = document.querySelector(where);
    if (grid === null) throw new Error('there is no panel');
    const box = grid.getBoundingClientRect();
    const readings: number[] = [];
    for (let i = 0; i < 60; i++) {
      const changed = new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve();
        });
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
      });
      const at = { clientX: box.left + 40 + i * 8, clientY: box.top + box.height / 2 + (i % 5) * 9 };
      const start = performance.now();
      const target = document.elementFromPoint(at.clientX, at.clientY) ?? grid;
      target.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, ...at }));
      await changed;
      document.querySelector('[data-testid="statbar-tooltip"]')?.getBoundingClientRect();
      readings.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    // The first ones are compiled while they run.
    return readings.slice(20);
  }, selector);
}

/** From the click on a heading to the laid out rows in another order. */
function sortRows(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const button = (text: string): HTMLElement | undefined =>
      [...document.querySelectorAll<HTMLElement>('[data-panel-id="2"] [role="columnheader"] button')].find(
        (each) => each.textContent?.includes(text),
      );
    const readings: number[] = [];
    for (let i = 0; i < 12; i++) {
      const row = () => document.querySelector('[data-panel-id="2"] [aria-rowindex="2"]');
      const before = row()?.id === undefined ? '' : row()?.textContent;
      const start = performance.now();
      button(i % 2 === 0 ? 'Name' : 'Value')?.click();
      while (row()?.textContent === before) await new Promise((resolve) => setTimeout(resolve));
      document.querySelector('[data-panel-id="2"] [role="grid"]')?.getBoundingClientRect();
      readings.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return readings.slice(2);
  });
}
