import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { RefreshPicker, TimeRangePicker, ToolbarButton, useStyles2 } from '@grafana/ui';
import type { ReactElement, ReactNode } from 'react';
import { shifted, zoomedOut } from './time.ts';
import type { DashboardTime } from './use-time.ts';

const intervals = ['1s', '5s', '10s', '30s', '1m', '5m'];

export interface ToolbarProps {
  readonly title: ReactNode;
  readonly time: DashboardTime;
  readonly isDark: boolean;
  readonly isLoading?: boolean;
  readonly children?: ReactNode;
  onToggleTheme(): void;
}

export function Toolbar({ title, time, isDark, onToggleTheme, children }: ToolbarProps): ReactElement {
  const styles = useStyles2(getStyles);
  const { range, setRange } = time;
  return (
    <header className={styles.bar}>
      <h1 className={styles.title}>{title}</h1>
      {children}
      <TimeRangePicker
        value={range}
        timeZone="utc"
        onChange={setRange}
        onChangeTimeZone={() => {}}
        onMoveBackward={() => setRange(shifted(range, -1))}
        onMoveForward={() => setRange(shifted(range, 1))}
        onZoom={() => setRange(zoomedOut(range))}
        isOnCanvas
      />
      <RefreshPicker
        value={time.refresh}
        intervals={intervals}
        onRefresh={time.refreshNow}
        onIntervalChanged={time.setRefresh}
        tooltip="Refresh"
        isOnCanvas
      />
      <ToolbarButton
        variant="canvas"
        tooltip={isDark ? 'Light theme' : 'Dark theme'}
        aria-label={isDark ? 'Light theme' : 'Dark theme'}
        icon="adjust-circle"
        onClick={onToggleTheme}
      />
    </header>
  );
}

/** Leaves what is open over the dashboard. */
export function backToDashboard(): void {
  locationService.partial({ viewPanel: null, editPanel: null, inspect: null, inspectTab: null });
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    marginBottom: theme.spacing(1),
    minHeight: theme.spacing(5),
  }),
  title: css({ fontSize: theme.typography.h4.fontSize, margin: 0, flexGrow: 1 }),
});
