import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginFolders } from '../../../grafana-build/src/plugin-folders.ts';
import { type Child, startChild } from '../../support/child.ts';
import { root } from '../../support/root.ts';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { builtPlugins } from '../built-plugins.ts';
import { bundleHost } from '../bundle.ts';
import { type HostServer, startHost } from '../host-server.ts';
import type { HostDashboard, HostSettings } from '../page/dashboard-model.ts';
import { startAlertInbox } from './alert-inbox.ts';
import { previewConfig } from './config.ts';
import type { PreviewOptions } from './options.ts';

const demoConfigPath = join(root, 'demo', 'statbar.yaml');
const demoRulesPath = join(root, 'demo', 'rules.yml');
const dashboardFolder = join(root, 'grafana-build', 'dashboards');
/** Tells the demo's story, so the page opens on it. */
const firstDashboard = 'statbar-launch.json';
const historyTimeoutMs = 600_000;

export interface PreviewStack {
  readonly service: Service;
  readonly demo: Child;
  readonly host: HostServer;
  /** Ends what was started, the last first. */
  stop(): Promise<void>;
}

/** Everything that the preview is made of, in the order in which one needs the other; `say` tells what is done. */
export async function startPreview(
  options: PreviewOptions,
  say: (text: string) => void,
): Promise<PreviewStack> {
  const started: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    say('Building the plugins and the page (once) ...');
    const plugins = await builtPlugins(pluginFolders);
    const bundleFolder = await bundleHost();
    const inbox = await startAlertInbox();
    started.push(() => inbox.close());
    const rules = createTempDir('rules');
    started.push(async () => rules.remove());
    const config = previewConfig(demoConfigPath, { rulesFolder: rules.path, inboxUrl: inbox.url });
    const service = await startService({ config, readyTimeoutMs: 60_000 });
    started.push(() => service.stop());
    say(`Loading ${options.history} of the demo's past ...`);
    const demo = startDemo(service.httpUrl, options);
    started.push(() => demo.stop());
    await demo.line((line) => line.startsWith('Live now'), historyTimeoutMs);
    await startRules(service.httpUrl, rules.path);
    say('The detectors read it ...');
    await historyRead(service.httpUrl);
    const host = await startHostOn(options.port, {
      bundleFolder,
      pluginFolders: new Map(plugins.map(({ id, distFolder }) => [id, distFolder])),
      targets: new Map([['statbar', { url: service.httpUrl }]]),
      settings: readSettings,
    });
    started.push(() => host.close());
    return { service, demo, host, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Settles when every detector has learnt what there is. */
function historyRead(url: string): Promise<true> {
  return eventually(
    async () => {
      const { data } = (await (await fetch(`${url}/statbar/v1/watches`)).json()) as {
        readonly data: { readonly historyDone: number };
      };
      return data.historyDone >= 1 ? true : undefined;
    },
    { timeoutMs: historyTimeoutMs, everyMs: 500, what: 'the history is read' },
  );
}

/** Rules begin when there is a present: while the past is loaded everything would be silent, and nobody is to be told. */
async function startRules(url: string, folder: string): Promise<void> {
  copyFileSync(demoRulesPath, join(folder, 'rules.yml'));
  const { ok, status } = await fetch(`${url}/-/reload`, { method: 'POST' });
  if (!ok) throw new Error(`The rules could not be started: the service answered ${status}.`);
}

function startDemo(url: string, options: PreviewOptions): Child {
  return startChild(process.execPath, [
    join(root, 'demo', 'src', 'main.ts'),
    ...['--url', url, '--backfill', options.history, '--step', '20s', '--seed', options.seed],
    // Evening: people write, and what fails is seen at once.
    ...['--time-of-day', '19:00'],
    ...['--incident-after', options.incidentAfter, '--incident-for', options.incidentFor],
  ]);
}

/** The wanted port, or a free one when another program has it. */
async function startHostOn(port: number, options: Parameters<typeof startHost>[0]): Promise<HostServer> {
  try {
    return await startHost({ ...options, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startHost({ ...options, port: 0 });
  }
}

/** Read for each page, so that a dashboard that was built anew shows after a reload. */
export function readSettings(): HostSettings {
  const dashboards = readdirSync(dashboardFolder)
    .filter((name) => name.endsWith('.json'))
    .sort((a, b) => Number(b === firstDashboard) - Number(a === firstDashboard) || a.localeCompare(b))
    .map((name) => JSON.parse(readFileSync(join(dashboardFolder, name), 'utf8')) as HostDashboard)
    // A demo lasts minutes, and is watched.
    .map((dashboard) => ({ ...dashboard, refresh: '5s', liveNow: true }));
  return {
    dataSources: [{ uid: 'statbar', name: 'StatBar', type: 'statbar-metrics-datasource' }],
    dashboards,
  };
}
