import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, IconButton, Tooltip, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { HeatmapGrid } from './grid.ts';
import { translate } from './texts.ts';

export const toolbarHeightPx = 28;

export interface ToolbarProps {
  readonly notices: HeatmapGrid['notices'];
  readonly isTable: boolean;
  /** How many rows are shown of how many, when it is not all. */
  readonly rows: { readonly count: number; readonly all: number } | undefined;
  /** There is no room beside the cells: what lies over them is seen only when it is wanted. */
  readonly isCramped: boolean;
  onToggleTable(): void;
  onShowAllRows(): void;
  onDownload(): void;
}

/** What can be switched, and what the viewer should know about the picture; in the way of nothing. */
export function Toolbar(props: ToolbarProps): ReactElement {
  const { notices, isTable, rows, isCramped, onToggleTable, onShowAllRows, onDownload } = props;
  const styles = useStyles2(getStyles);
  const texts = notices.map((notice) => translate(`notice.${notice.kind}`, { count: notice.count }));
  return (
    <div className={styles.bar} data-cramped={isCramped}>
      {rows !== undefined && (
        <button type="button" className={styles.chip} onClick={onShowAllRows} title={translate('rows.all')}>
          {translate('rows.some', { ...rows })} <Icon name="times" size="sm" />
        </button>
      )}
      {texts.length > 0 && (
        <Tooltip content={texts.join('. ')}>
          <button type="button" className={styles.chip} aria-label={texts.join('. ')}>
            <Icon name="info-circle" size="sm" />
          </button>
        </Tooltip>
      )}
      <div className={styles.toggle}>
        {isTable && (
          <IconButton
            name="download-alt"
            size="md"
            aria-label={translate('table.download')}
            tooltip={translate('table.download')}
            onClick={onDownload}
          />
        )}
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
    '&[data-cramped="true"]:not(:focus-within, :hover)': { opacity: 0 },
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
  toggle: css({
    display: 'flex',
    gap: theme.spacing(0.5),
    padding: 2,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
  }),
});
