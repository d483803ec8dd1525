import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { downloadCsv } from '../../shared/src/csv.ts';
import { alertTable } from './alert-table.ts';
import type { TimelineProps } from './Timeline.tsx';
import { translate } from './texts.ts';

export interface ToolbarProps extends TimelineProps {
  readonly isTable: boolean;
  /** It lies over the lanes, and is seen only when it is wanted. */
  readonly isOver: boolean;
  onToggleTable(): void;
}

export function Toolbar(props: ToolbarProps): ReactElement {
  const { lanes, looks, options, timeZone, title, isTable, isOver, onToggleTable } = props;
  const styles = useStyles2(getStyles);
  const toggle = translate(isTable ? 'table.hide' : 'table.show');
  const save = translate('table.save');
  return (
    <div className={styles.bar} data-over={isOver}>
      {isTable && (
        <IconButton
          name="download-alt"
          size="md"
          aria-label={save}
          tooltip={save}
          onClick={() => downloadCsv(title || 'alerts', alertTable(lanes, { ...options, looks, timeZone }))}
        />
      )}
      <IconButton
        name={isTable ? 'align-left' : 'table'}
        size="md"
        aria-label={toggle}
        tooltip={toggle}
        onClick={onToggleTable}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    position: 'absolute',
    right: 4,
    bottom: 1,
    display: 'flex',
    gap: theme.spacing(0.5),
    alignItems: 'center',
    padding: 2,
    '&[data-over="true"]': { background: theme.colors.background.secondary, borderRadius: 2 },
    '&[data-over="true"]:not(:focus-within, :hover)': { opacity: 0 },
  }),
});
