import { type DataSourceInstanceSettings, locationUtil, type PluginMeta } from '@grafana/data';
import { config } from '@grafana/runtime';
import { createRoot } from 'react-dom/client';
import type { HostSettings } from './dashboard-model.ts';
import { startLoader } from './plugin-loader.ts';
import { installRegistries } from './registries.ts';
import { installServices } from './services.ts';
import { App } from './shell/App.tsx';
import { followLinks } from './shell/location.ts';
import { Variables } from './variables/variables.ts';

/** The page's own data source of frames has no files. */
async function manifestOf(type: string): Promise<PluginMeta> {
  if (type === 'host-frames') return { id: type, name: 'Frames', type: 'datasource' } as PluginMeta;
  return (await (await fetch(`/public/plugins/${type}/plugin.json`)).json()) as PluginMeta;
}

async function start(): Promise<void> {
  const settings = (await (await fetch('/host/settings.json')).json()) as HostSettings;
  installRegistries();
  const variables = new Variables();
  const instances: DataSourceInstanceSettings[] = [];
  for (const [index, source] of settings.dataSources.entries()) {
    const meta = await manifestOf(source.type);
    instances.push({
      id: index + 1,
      uid: source.uid,
      name: source.name,
      type: source.type,
      access: 'proxy',
      url: `/api/datasources/proxy/uid/${source.uid}`,
      jsonData: { ...source.jsonData },
      meta: { ...meta, module: '', baseUrl: `/public/plugins/${source.type}` },
      readOnly: false,
    } as unknown as DataSourceInstanceSettings);
  }
  locationUtil.initialize({
    config: { ...config, appSubUrl: '' } as never,
    getTimeRangeForUrl: () => variables.range()?.raw ?? { from: 'now-1h', to: 'now' },
    getVariablesUrlParams: () => variables.urlParameters(),
  });
  installServices(variables, instances);
  followLinks();
  await startLoader();
  createRoot(document.getElementById('root') as HTMLElement).render(
    <App settings={settings} variables={variables} />,
  );
}

start().catch((error: unknown) => {
  console.error(error);
  document.body.textContent = `The page cannot start: ${String(error)}`;
});
