import type { Locator } from 'playwright-core';
import type { DashboardView } from './dashboard-view.ts';

/*
 * What people see of the demo's incident, panel by panel. Each settles when it is seen, by what the page says in words; so the
 * same holds in the page that stands in for Grafana and in a real one.
 */

const incident = { region: 'eu-west', device: 'android', error: 'tls_handshake', alert: 'ChatErrorShare' };
const seenWithinMs = 150_000;

/** In the leaderboard of what fails, the incident leads. */
export async function leaderboardShowsIncident(view: DashboardView): Promise<string> {
  const panel = view.panel('Where messages fail');
  const first = panel.locator('[role="row"][aria-rowindex="2"]', { hasText: incident.error });
  await seen(first.filter({ hasText: incident.region }).filter({ hasText: incident.device }));
  return (await first.textContent()) ?? '';
}

/** In the timeline of alerts, the incident's alert fires. */
export async function timelineShowsIncident(view: DashboardView): Promise<string> {
  const lane = view.panel('Alerts').locator(`[role="row"][aria-label^="${incident.alert}"]`);
  await seen(lane.and(view.page.locator('[aria-label*=" open"]:not([aria-label*=" 0 open"])')));
  return (await lane.getAttribute('aria-label')) ?? '';
}

export interface Share {
  /** Of the incident's row, in per cent of its newest column. */
  readonly here: number;
  readonly elsewhere: number;
}

/** In the heatmap, the incident's row has most of what its newest columns have. */
export async function heatmapShowsIncident(view: DashboardView): Promise<Share> {
  const panel = view.panel('Errors by device');
  await seen(panel.getByRole('button', { name: 'View as table' }));
  await panel.getByRole('button', { name: 'View as table' }).click();
  const deadlineMs = Date.now() + seenWithinMs;
  let share = await newestShare(panel);
  while (share.here < 50 && Date.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    share = await newestShare(panel);
  }
  await panel.getByRole('button', { name: 'View as heatmap' }).click();
  return share;
}

/** The table has the newest cells first, each with its share of its column. */
async function newestShare(panel: Locator): Promise<Share> {
  const name = `${incident.region} ${incident.device}`;
  const rows = await panel.locator('tr').allInnerTexts();
  const newest = rows.find((row) => /^\d{4}-/.test(row))?.slice(0, 19) ?? ' ';
  const share = { here: 0, elsewhere: 0 };
  for (const row of rows.filter((each) => each.startsWith(newest))) {
    const part = Number(/([\d.]+)\s*%/.exec(row)?.[1] ?? 0);
    share[row.includes(name) ? 'here' : 'elsewhere'] += part;
  }
  return share;
}

async function seen(locator: Locator): Promise<void> {
  await locator.first().waitFor({ timeout: seenWithinMs });
}
