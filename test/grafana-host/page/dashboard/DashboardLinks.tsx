import { getDataSourceSrv, locationService } from '@grafana/runtime';
import type { DashboardLink } from '@grafana/schema';
import { Dropdown, LinkButton, Menu, ToolbarButton } from '@grafana/ui';
import { type ReactElement, useEffect, useState } from 'react';
import type { HostDashboard } from '../dashboard-model.ts';
import { useDashboards } from '../shell/dashboards.ts';
import { useDashboard } from './dashboard-context.ts';

/** The dashboard's links, and those that its data sources give it; a list of dashboards is one by their tags. */
export function DashboardLinks({ dashboard }: { readonly dashboard: HostDashboard }): ReactElement {
  const { replaceVariables } = useDashboard();
  const all = useDashboards();
  const links = useLinks(dashboard);
  const withState = (path: string): string => {
    const { searchParams } = new URL(location.href);
    const kept = [...searchParams].filter(([name]) => /^(from|to|var-)/.test(name));
    return `${path}?${new URLSearchParams(kept)}`;
  };
  return (
    <>
      {links.map((link) => {
        if (link.type !== 'dashboards') {
          return (
            <LinkButton
              key={link.title}
              variant="secondary"
              size="sm"
              href={replaceVariables(link.url ?? '')}
            >
              {link.title}
            </LinkButton>
          );
        }
        const listed = all.filter(
          ({ uid, tags = [] }) => uid !== dashboard.uid && link.tags.every((tag) => tags.includes(tag)),
        );
        if (listed.length === 0) return null;
        const menu = (
          <Menu>
            {listed.map(({ uid, title }) => (
              <Menu.Item
                key={uid}
                label={title}
                onClick={() => locationService.push(withState(`/d/${uid}`))}
              />
            ))}
          </Menu>
        );
        return (
          <Dropdown key={link.title} overlay={menu}>
            <ToolbarButton variant="canvas" isOpen={false}>
              {link.title}
            </ToolbarButton>
          </Dropdown>
        );
      })}
    </>
  );
}

function useLinks(dashboard: HostDashboard): readonly DashboardLink[] {
  const [links, setLinks] = useState<readonly DashboardLink[]>(dashboard.links ?? []);
  useEffect(() => {
    let isCurrent = true;
    const load = async (): Promise<void> => {
      const found: DashboardLink[] = [...(dashboard.links ?? [])];
      for (const uid of new Set(dashboard.panels.map(({ datasource }) => datasource?.uid ?? ''))) {
        if (uid === '' || uid.startsWith('$')) continue;
        const source = await getDataSourceSrv().get(uid);
        found.push(...((await source.getDefaultLinks?.()) ?? []));
      }
      // The same list of dashboards, of the dashboard and of its data source, is one.
      const links = new Map(
        found.map((link) => [JSON.stringify([link.title, link.type, link.url ?? '']), link]),
      );
      if (isCurrent) setLinks([...links.values()]);
    };
    load().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [dashboard]);
  return links;
}
