import type { Browser, Page } from 'playwright-core';
import type { BuiltPlugin } from '../../grafana-build/src/build-plugins.ts';
import { type GrafanaPackages, installedPackages } from '../grafana-versions/packages.ts';
import { launchBrowser, watchProblems } from './browser.ts';
import { builtPlugins } from './built-plugins.ts';
import { bundleHost } from './bundle.ts';
import { type HostServer, type ProxyTarget, startHost } from './host-server.ts';
import type { HostDashboard, HostPanel } from './page/dashboard-model.ts';

export interface HostFixture {
  readonly browser: Browser;
  readonly plugins: readonly BuiltPlugin[];
  /** A page with these panels, 12 columns wide each unless they say otherwise. */
  open(panels: readonly Partial<HostPanel>[], options?: OpenOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly theme?: 'dark' | 'light';
  readonly size?: { readonly width: number; readonly height: number };
  readonly dashboard?: Partial<HostDashboard>;
  /** Where the StatBar data source's requests go. */
  readonly statbar?: ProxyTarget;
  /** Runs in the page before anything else: sets `window.hostFrames`. */
  readonly init?: string;
}

export interface OpenPage {
  readonly page: Page;
  /** Console errors, exceptions and failed requests so far. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Builds these plugins and starts a browser: once for a test file. `packages` are Grafana's, the installed ones if not given. */
export async function startHostFixture(
  folders: readonly string[],
  packages: GrafanaPackages = installedPackages(),
): Promise<HostFixture> {
  const [browser, plugins, bundleFolder] = await Promise.all([
    launchBrowser(),
    builtPlugins(folders),
    bundleHost(packages),
  ]);
  const hosts = new Set<HostServer>();
  return {
    browser,
    plugins,
    async open(
      panels,
      { theme = 'dark', size = { width: 1400, height: 700 }, dashboard, statbar, init } = {},
    ) {
      const host = await startHost({
        bundleFolder,
        packages,
        pluginFolders: new Map(plugins.map(({ id, distFolder }) => [id, distFolder])),
        targets: new Map(statbar === undefined ? [] : [['statbar', statbar]]),
        settings: {
          dataSources: dataSourcesOf(plugins),
          dashboards: [{ uid: 'd', title: 'Host', panels: panels.map(placed), ...dashboard }],
        },
      });
      hosts.add(host);
      const page = await browser.newPage({ viewport: size });
      const problems = watchProblems(page);
      if (init !== undefined) await page.addInitScript(init);
      await page.goto(`${host.url}/?theme=${theme}&kiosk`);
      return {
        page,
        problems,
        async close() {
          await page.close();
          hosts.delete(host);
          await host.close();
        },
      };
    },
    async close() {
      await browser.close();
      for (const host of hosts) await host.close();
    },
  };
}

function dataSourcesOf(
  plugins: readonly BuiltPlugin[],
): { readonly uid: string; readonly name: string; readonly type: string }[] {
  const own = plugins.find(({ id }) => id.endsWith('-datasource'));
  const frames = { uid: 'frames', name: 'Frames', type: 'host-frames' };
  return own === undefined ? [frames] : [{ uid: 'statbar', name: 'StatBar', type: own.id }, frames];
}

function placed(panel: Partial<HostPanel>, i: number): HostPanel {
  return {
    id: i + 1,
    type: '',
    title: `Panel ${i + 1}`,
    gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 10, w: 12, h: 10 },
    datasource: { uid: 'frames' },
    targets: [],
    ...panel,
  };
}
