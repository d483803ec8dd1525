import { createTheme, ThemeContext } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { DashboardView } from '../dashboard/DashboardView.tsx';
import type { HostSettings } from '../dashboard-model.ts';
import { ExplorePage } from '../explore/ExplorePage.tsx';
import type { Variables } from '../variables/variables.ts';
import { DataSourcePage } from './DataSourcePage.tsx';
import { DashboardsContext } from './dashboards.ts';
import { usePlace } from './location.ts';
import { NavBar, navWidth } from './NavBar.tsx';

const padding = 16;

interface AppProps {
  readonly settings: HostSettings;
  readonly variables: Variables;
}

/** The page: theme, navigation, and what the address names. `?kiosk` leaves the navigation out, as in Grafana. */
export function App({ settings, variables }: AppProps): ReactElement {
  const { path, parameters } = usePlace();
  const [mode, setMode] = useState(
    () => parameters.get('theme') ?? localStorage.getItem('statbar.host.theme') ?? 'dark',
  );
  const isKiosk = parameters.has('kiosk');
  const width = usePageWidth() - 2 * padding - (isKiosk ? 0 : navWidth);
  const theme = useMemo(() => createTheme({ colors: { mode: mode === 'light' ? 'light' : 'dark' } }), [mode]);
  config.theme2 = theme;
  useEffect(() => {
    document.body.style.background = theme.colors.background.canvas;
    document.documentElement.dataset['theme'] = theme.isDark ? 'dark' : 'light';
  }, [theme]);
  const toggleTheme = (): void => {
    const next = theme.isDark ? 'light' : 'dark';
    localStorage.setItem('statbar.host.theme', next);
    if (parameters.has('theme')) locationService.partial({ theme: next }, true);
    setMode(next);
  };
  const [first] = settings.dataSources.filter(({ type }) => type !== 'host-frames');
  const common = { isDark: theme.isDark, onToggleTheme: toggleTheme, width, variables };
  const uid = path[0] === 'd' ? path[1] : (parameters.get('dashboard') ?? settings.dashboards[0]?.uid);
  const dashboard = settings.dashboards.find((each) => each.uid === uid);
  return (
    <ThemeContext.Provider value={theme}>
      <DashboardsContext.Provider value={settings.dashboards}>
        <GlobalStyles />
        <div style={{ display: 'flex' }}>
          {!isKiosk && <NavBar dataSourceUid={first?.uid} />}
          <div style={{ flexGrow: 1, minWidth: 0 }}>
            {path[0] === 'explore' ? (
              <ExplorePage {...common} dataSourceUid={parameters.get('datasource') ?? first?.uid ?? ''} />
            ) : path[0] === 'connections' ? (
              <DataSourcePage {...common} uid={path.at(-1) ?? ''} />
            ) : dashboard === undefined ? (
              <p role="alert">There is no dashboard {uid}.</p>
            ) : (
              <DashboardView key={dashboard.uid} {...common} dashboard={dashboard} isKiosk={isKiosk} />
            )}
          </div>
        </div>
        <PortalContainer />
      </DashboardsContext.Provider>
    </ThemeContext.Provider>
  );
}

function usePageWidth(): number {
  const [width, setWidth] = useState(document.documentElement.clientWidth);
  useEffect(() => {
    // A scroll bar that comes or goes changes the width, too.
    const observer = new ResizeObserver(() => setWidth(document.documentElement.clientWidth));
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, []);
  return width;
}
