import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds serious or critical within these parts of the page: rule and the elements' HTML. */
export async function graveViolations(page: Page, parts: readonly string[]): Promise<readonly string[]> {
  await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate(
    (include) => {
      const { axe } = window as never as {
        readonly axe: { run(context: object, options: RunOptions): Promise<AxeResults> };
      };
      return axe.run({ include }, { resultTypes: ['violations'] });
    },
    parts.map((part) => [part]),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 300)}`));
}
