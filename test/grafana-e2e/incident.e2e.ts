import { type DashboardPage, expect, test } from '@grafana/plugin-e2e';
import type { DashboardView } from '../grafana-host/story/dashboard-view.ts';
import {
  heatmapShowsIncident,
  leaderboardShowsIncident,
  timelineShowsIncident,
} from '../grafana-host/story/incident-story.ts';

/*
 * What preview.test.ts sees on the page that stands in for Grafana, in a real one. The demo plays its incident into the
 * StatBar that this Grafana asks.
 */

type Goto = (args: { uid: string; queryParams: URLSearchParams }) => Promise<DashboardPage>;

async function open(goto: Goto, uid: string, theme: 'dark' | 'light'): Promise<DashboardView> {
  const queryParams = new URLSearchParams({ theme, from: 'now-30m', to: 'now', refresh: '10s' });
  const dashboard = await goto({ uid, queryParams });
  const { page } = dashboard.ctx;
  return { page, panel: (title) => dashboard.getPanelByTitle(title).locator };
}

for (const theme of ['dark', 'light'] as const) {
  test(`the incident is in leaderboard and timeline (${theme})`, async ({ gotoDashboardPage }) => {
    const view = await open(gotoDashboardPage, 'statbar-operations', theme);
    expect(await leaderboardShowsIncident(view)).toMatch(/eu-west.*android.*tls_handshake/);
    expect(await timelineShowsIncident(view)).toMatch(/^ChatErrorShare: \d+ alerts, [1-9]\d* open/);
  });

  test(`the incident is in the heatmap (${theme})`, async ({ gotoDashboardPage }) => {
    const view = await open(gotoDashboardPage, 'statbar-launch', theme);
    expect((await heatmapShowsIncident(view)).here).toBeGreaterThan(50);
  });
}

test('the data source is healthy', async ({ gotoDataSourceConfigPage }) => {
  const settings = await gotoDataSourceConfigPage('statbar');
  await expect(settings.saveAndTest()).toBeOK();
});
