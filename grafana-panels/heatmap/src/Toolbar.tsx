import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, IconButton, Tooltip, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { HeatmapGrid } from './grid.ts';
import { translate } from './texts.ts';

export interface ToolbarProps {
  readonly grid: HeatmapGrid;
  readonly isTable: boolean;
  readonly rows: readonly [number, number] | undefined;
  onToggleTable(): void;
  onShowAllRows(): void;
}

/** What can be switched, and what the viewer should know about the picture; in the way of nothing. */
export function Toolbar({ grid, isTable, rows, onToggleTable, onShowAllRows }: ToolbarProps): ReactElement {
  const styles = useStyles2(getStyles);
  const texts = grid.notices.map((notice) => translate(`notice.${notice.kind}`, { count: notice.count }));
  return (
    <div className={styles.bar}>
      {rows !== undefined && (
        <button type="button" className={styles.chip} onClick={onShowAllRows} title={translate('rows.all')}>
          {translate('rows.some', { count: rows[1] - rows[0], all: grid.rowCount })}{' '}
          <Icon name="times" size="sm" />
        </button>
      )}
      {texts.length > 0 && (
        <Tooltip content={texts.join('. ')}>
          <button type="button" className={styles.chip} aria-label={texts.join('. ')}>
            <Icon name="info-circle" size="sm" />
          </button>
        </Tooltip>
      )}
      <div className={styles.toggle} data-shown={isTable}>
        <IconButton
          name={isTable ? 'apps' : 'table'}
          size="md"
          aria-label={translate(isTable ? 'table.hide' : 'table.show')}
          tooltip={translate(isTable ? 'table.hide' : 'table.show')}
          onClick={onToggleTable}
        />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    position: 'absolute',
    right: 4,
    bottom: 2,
    display: 'flex',
    gap: theme.spacing(0.5),
    alignItems: 'center',
  }),
  chip: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0.25, 0.75),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.pill,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  toggle: css({ padding: 2 }),
});
