import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactElement, useState } from 'react';
import { useDashboard } from '../dashboard/dashboard-context.ts';
import { PanelFrame, usePlugin } from '../dashboard/PanelFrame.tsx';
import type { HostPanel } from '../dashboard-model.ts';
import { OptionsPane } from './OptionsPane.tsx';
import { QueryTab } from './QueryTab.tsx';

const paneWidth = 340;
const gap = 8;

/** One panel with its queries below and its options beside it. What is changed here, the dashboard has at once. */
export function PanelEditor({
  panel,
  width,
}: {
  readonly panel: HostPanel;
  readonly width: number;
}): ReactElement {
  const styles = useStyles2(getStyles);
  const { onChangePanel } = useDashboard();
  const { plugin } = usePlugin(panel);
  const [height] = useState(() => Math.max(280, Math.round(window.innerHeight * 0.45)));
  const panelWidth = width - paneWidth - gap;
  return (
    <main className={styles.split} data-panel-editor={panel.id}>
      <div className={styles.left} style={{ width: panelWidth }}>
        <PanelFrame panel={panel} width={panelWidth} height={height} />
        <QueryTab panel={panel} onChange={onChangePanel} />
      </div>
      <aside className={styles.pane} style={{ width: paneWidth }} aria-label="Panel options">
        {plugin !== undefined && <OptionsPane panel={panel} plugin={plugin} onChange={onChangePanel} />}
      </aside>
    </main>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  split: css({ display: 'flex', gap, alignItems: 'flex-start' }),
  left: css({ flex: '0 0 auto', display: 'flex', flexDirection: 'column', gap }),
  pane: css({
    flex: '0 0 auto',
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
