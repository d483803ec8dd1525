import type { Locator, Page } from 'playwright-core';

/** An open dashboard, of the page that stands in for Grafana or of a real one. */
export interface DashboardView {
  readonly page: Page;
  /** Everything of the panel with this title. */
  panel(title: string): Locator;
}

/** Opens dashboards by uid; what else differs between the two is behind it. */
export interface DashboardTarget {
  open(
    uid: string,
    settings: { readonly theme: 'dark' | 'light'; readonly from: string },
  ): Promise<DashboardView>;
}
