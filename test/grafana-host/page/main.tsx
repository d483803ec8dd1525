import { createTheme, type DataSourceInstanceSettings, type PluginMeta, ThemeContext } from '@grafana/data';
import { config } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { DashboardView } from './DashboardView.tsx';
import type { HostSettings } from './dashboard-model.ts';
import { startLoader } from './plugin-loader.ts';
import { installRegistries } from './registries.ts';
import { installServices } from './services.ts';
import { initialValues, Variables } from './variables.ts';

interface HostProps {
  readonly settings: HostSettings;
  readonly variables: Variables;
}

function Host({ settings, variables }: HostProps): ReactElement {
  const parameters = new URLSearchParams(location.search);
  const [isDark, setDark] = useState(parameters.get('theme') !== 'light');
  const [width, setWidth] = useState(document.documentElement.clientWidth - 32);
  useEffect(() => {
    const measure = (): void => setWidth(document.documentElement.clientWidth - 32);
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  const theme = useMemo(() => createTheme({ colors: { mode: isDark ? 'dark' : 'light' } }), [isDark]);
  config.theme2 = theme;
  useEffect(() => {
    document.body.style.background = theme.colors.background.canvas;
    document.documentElement.dataset['theme'] = theme.isDark ? 'dark' : 'light';
  }, [theme]);
  const uid = parameters.get('dashboard') ?? settings.dashboards[0]?.uid;
  const dashboard = settings.dashboards.find((each) => each.uid === uid);
  // Before the first panel asks.
  useMemo(() => {
    const models = dashboard?.templating?.list ?? [];
    variables.set(initialValues(models), models);
  }, [dashboard, variables]);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      {dashboard === undefined ? (
        <p role="alert">There is no dashboard {uid}.</p>
      ) : (
        <DashboardView
          key={dashboard.uid}
          dashboard={dashboard}
          variables={variables}
          width={width}
          isDark={isDark}
          onToggleTheme={() => setDark(!isDark)}
        />
      )}
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

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
  installServices(variables, instances);
  await startLoader();
  createRoot(document.getElementById('root') as HTMLElement).render(
    <Host settings={settings} variables={variables} />,
  );
}

start().catch((error: unknown) => {
  console.error(error);
  document.body.textContent = `The page cannot start: ${String(error)}`;
});
