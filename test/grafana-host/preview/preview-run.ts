import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Child, startChild } from '../../support/child.ts';
import { root } from '../../support/root.ts';
import { launchBrowser, watchProblems } from '../browser.ts';
import type { DashboardTarget, DashboardView } from '../story/dashboard-view.ts';

const startTimeoutMs = 600_000;
/** A page evaluates megabytes of Grafana's code. */
const pageTimeoutMs = 120_000;

export interface OpenView extends DashboardView {
  /** Console errors, exceptions and failed requests so far. */
  readonly problems: readonly string[];
}

/** `npm run preview` as a person runs it, and a browser to look at it. */
export interface PreviewRun extends DashboardTarget {
  readonly child: Child;
  readonly browser: Browser;
  readonly url: string;
  open(
    uid: string,
    settings: {
      readonly theme: 'dark' | 'light';
      readonly from: string;
      readonly size?: { width: number; height: number };
      readonly more?: string;
    },
  ): Promise<OpenView>;
  goto(path: string): Promise<OpenView>;
  close(): Promise<number | NodeJS.Signals>;
}

export async function startPreviewRun(args: readonly string[]): Promise<PreviewRun> {
  const script = join(root, 'scripts', 'preview.mjs');
  const child = startChild(process.execPath, [script, '--port', '0', ...args], { cwd: root });
  try {
    const line = await child.line((text) => text.startsWith('Look at http'), startTimeoutMs);
    const url = line.slice('Look at '.length).trim();
    const browser = await launchBrowser();
    const goto = async (path: string, size = { width: 1400, height: 1000 }): Promise<OpenView> => {
      const page = await browser.newPage({ viewport: size });
      const problems = watchProblems(page);
      await page.goto(url + path, { timeout: pageTimeoutMs });
      return { page, problems, panel: (title) => page.locator(`section[aria-label="${title}"]`) };
    };
    return {
      ...{ child, browser, url, goto },
      open: (uid, { theme, from, size, more = '' }) =>
        goto(`/d/${uid}?theme=${theme}&from=${from}&to=now${more}`, size),
      async close() {
        await browser.close();
        return child.stop(60_000);
      },
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Kept with the results of tests, in `artifacts/screenshots`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, 'artifacts', 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
