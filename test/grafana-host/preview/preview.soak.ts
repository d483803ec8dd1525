import { eventually } from '../../support/wait.ts';
import {
  heatmapShowsIncident,
  leaderboardShowsIncident,
  timelineShowsIncident,
} from '../story/incident-story.ts';
import { keepScreenshot, startPreviewRun } from './preview-run.ts';

/*
 * npm run soak -- preview: the preview with the demo's whole past. The incident appears, the detectors find it too, and after the
 * roll-back the timeline shows its end; the page stays open all the while.
 */

const say = (text: string): void => console.log(text);
const preview = await startPreviewRun(['--incident-after', '60s', '--incident-for', '4m']);
try {
  const view = await preview.open('statbar-operations', { theme: 'dark', from: 'now-15m' });
  say(`leaderboard: ${await leaderboardShowsIncident(view)}`);
  say(`timeline: ${await timelineShowsIncident(view)}`);
  const lane = view.panel('Alerts').locator('[role="row"][aria-label^="ChatErrorsOdd"]');
  await lane.first().waitFor({ timeout: 180_000 });
  say('the detectors found it, too');
  await keepScreenshot(view.page, 'preview-whole-operations');
  await view.page.getByRole('navigation').getByRole('link', { name: 'Product launch' }).click();
  say(`heatmap: ${(await heatmapShowsIncident(view)).here.toFixed(0)} % of its newest column`);
  await view.page.getByRole('navigation').getByRole('link', { name: 'Operations' }).click();
  await eventually(
    async () => {
      const label = await view
        .panel('Alerts')
        .locator('[role="row"][aria-label^="ChatErrorShare"]')
        .getAttribute('aria-label');
      return label?.includes(', 0 open') === true ? true : undefined;
    },
    { timeoutMs: 600_000, everyMs: 1000, what: 'the alert ends after the roll-back' },
  );
  say('the alert ended after the roll-back');
  await keepScreenshot(view.page, 'preview-whole-resolved');
  if (view.problems.length > 0) throw new Error(view.problems.join('\n'));
} finally {
  await preview.close();
}
