import type { PanelPlugin } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Menu } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { HostPanel } from '../dashboard-model.ts';
import { savePicture } from './save-picture.ts';

interface PanelMenuProps {
  readonly panel: HostPanel;
  readonly plugin: PanelPlugin | undefined;
}

/** What may be done with a panel, as in Grafana's panel menu. */
export function PanelMenu({ panel, plugin }: PanelMenuProps): ReactElement {
  const open = (parameters: Readonly<Record<string, string | number>>): void =>
    locationService.partial({ viewPanel: null, editPanel: null, inspect: null, ...parameters });
  const explore = (): void => {
    const [query] = panel.targets ?? [];
    const { searchParams } = new URL(location.href);
    const range = { from: searchParams.get('from') ?? 'now-1h', to: searchParams.get('to') ?? 'now' };
    const uid = panel.datasource?.uid ?? '';
    locationService.push(
      `/explore?${new URLSearchParams({ datasource: uid, query: JSON.stringify(query ?? {}), ...range })}`,
    );
  };
  return (
    <Menu>
      <Menu.Item label="View" icon="eye" onClick={() => open({ viewPanel: panel.id })} />
      <Menu.Item label="Edit" icon="edit" onClick={() => open({ editPanel: panel.id })} />
      <Menu.Item label="Explore" icon="compass" onClick={explore} />
      <Menu.Item
        label="Inspect"
        icon="info-circle"
        onClick={() => open({ inspect: panel.id, inspectTab: 'data' })}
      />
      <Menu.Item label="Save picture" icon="camera" onClick={() => void savePicture(panel, plugin)} />
    </Menu>
  );
}
