import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../support/chromium.ts';

/** A headless Chromium of the system. Tests run as root in containers, where it has no sandbox of its own. */
export async function launchBrowser(): Promise<Browser> {
  const path = await chromiumPath();
  if (path instanceof Error) throw path;
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** What went wrong on a page since it was opened: console errors, exceptions, requests that failed. */
export function watchProblems(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  return problems;
}
