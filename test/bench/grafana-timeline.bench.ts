import type { CDPSession, Page } from 'playwright-core';
import { startHostFixture } from '../grafana-host/fixture.ts';
import { timelineFrames } from '../grafana-host/specs/alert-timeline-frames.test-support.ts';
import { spreadOf } from './harness.ts';
import { figure, publish } from './report.ts';

/**
 * What the alert timeline costs in a headless Chromium that draws without a graphics card: 2,000 lanes of 50,000
 * intervals, scrolled by the wheel as a person does it. A scroll frame is what the page's main thread does for it
 * (scripts, style, layout, painting); how far apart frames are besides shows what else holds them up, and is no shorter
 * than the screen's 16.7 ms.
 */
const ROUNDS = 12;
const TURNS = 30;
const fixture = await startHostFixture(['grafana-panels/alert-timeline']);
try {
  const panel = {
    type: 'statbar-alerttimeline-panel',
    gridPos: { x: 0, y: 0, w: 24, h: 14 },
    targets: [{ refId: 'A', frames: 'many' }] as never,
  };
  const { page, close } = await fixture.open([panel], {
    init: timelineFrames,
    size: { width: 1248, height: 760 },
  });
  await page.locator('[role="row"]').nth(3).waitFor({ timeout: 120_000 });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const answers = await answerTimes(page, session);
  const { frames, gaps } = await scroll(page, session);
  const pointer = await pointerTimes(page);
  await close();
  publish('grafana-timeline', [
    figure(
      'grafana-timeline/scroll-frame',
      '2 k lanes, 50 k intervals: scroll frame, main thread',
      'ms',
      spreadOf(frames),
    ),
    figure('grafana-timeline/scroll-gap', 'the same, from frame to frame', 'ms', spreadOf(gaps)),
    figure('grafana-timeline/answer', 'the same, an answer, main thread', 'ms', spreadOf(answers)),
    figure('grafana-timeline/pointer', 'the same, pointer move to tooltip', 'ms', spreadOf(pointer)),
  ]);
} finally {
  await fixture.close();
}

/** CPU time of the page's main thread: what neighbours on the machine do is not in it. */
async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

/** Turns the wheel once a frame; of each round the main thread's time per frame that scrolled, and all frames' distances. */
async function scroll(
  page: Page,
  session: CDPSession,
): Promise<{ readonly frames: number[]; readonly gaps: number[] }> {
  const box = await page.locator('[role="grid"]').boundingBox();
  if (box === null) throw new Error('no timeline');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const [frames, gaps]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    await watchFrames(page);
    const before = await mainThreadMs(session);
    for (let i = 0; i < TURNS; i++) await page.mouse.wheel(0, round % 2 === 0 ? 78 : -78);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    const spentMs = (await mainThreadMs(session)) - before;
    const seen = await page.evaluate(() => window.scrollFrames?.() ?? []);
    if (seen.length === 0) throw new Error('nothing was scrolled');
    // The first round is compiled while it runs.
    if (round === 0) continue;
    frames.push(spentMs / seen.length);
    gaps.push(...seen);
  }
  return { frames, gaps };
}

declare global {
  interface Window {
    /** Stops watching; milliseconds between frames of which the later one had scrolled. */
    scrollFrames?: () => number[];
  }
}

function watchFrames(page: Page): Promise<void> {
  return page.evaluate(() => {
    const scroller = document.querySelector('[role="grid"]');
    const gaps: number[] = [];
    let [lastMs, lastTop] = [performance.now(), scroller?.scrollTop ?? 0];
    let handle = 0;
    const look = (nowMs: number): void => {
      const top = scroller?.scrollTop ?? 0;
      if (top !== lastTop) gaps.push(nowMs - lastMs);
      [lastMs, lastTop] = [nowMs, top];
      handle = requestAnimationFrame(look);
    };
    handle = requestAnimationFrame(look);
    window.scrollFrames = () => {
      cancelAnimationFrame(handle);
      return gaps;
    };
  });
}

/** CPU time of the main thread from the click on Refresh until all is quiet: what the page does around the panel included. */
async function answerTimes(page: Page, session: CDPSession): Promise<number[]> {
  const readings: number[] = [];
  for (let i = 0; i < 7; i++) {
    const before = await mainThreadMs(session);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.locator('[data-panel-state="Done"]').waitFor();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    readings.push((await mainThreadMs(session)) - before);
  }
  return readings.slice(2);
}

/** From the pointer's event to the tooltip and its layout. */
function pointerTimes(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const grid = document.querySelector('[role="grid"]');
    if (grid === null) throw new Error('no timeline');
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
          attributes: true,
          characterData: true,
        });
      });
      const at = { clientX: box.left + box.width * (0.3 + 0.005 * i), clientY: box.top + 80 + (i % 9) * 26 };
      const start = performance.now();
      grid.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, ...at }));
      await changed;
      document.querySelector('[data-testid="statbar-tooltip"]')?.getBoundingClientRect();
      readings.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return readings.slice(20);
  });
}
