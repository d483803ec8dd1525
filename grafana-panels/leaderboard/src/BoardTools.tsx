import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { headerHeightPx } from './columns.ts';
import { translate } from './texts.ts';

export interface BoardToolsProps {
  readonly isTable: boolean;
  readonly topPx: number;
  onToggleTable(): void;
  onDownload(): void;
}

/** At the end of the headings: the board as a table, and the table as a file. */
export function BoardTools({ isTable, topPx, onToggleTable, onDownload }: BoardToolsProps): ReactElement {
  const styles = useStyles2(getStyles);
  const toggle = translate(isTable ? 'table.hide' : 'table.show');
  return (
    <div className={styles.tools} style={{ top: topPx }}>
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
        aria-label={toggle}
        tooltip={toggle}
        onClick={onToggleTable}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tools: css({
    position: 'absolute',
    // Beside the scroll bar, above the headings.
    right: 12,
    zIndex: 2,
    height: headerHeightPx - 1,
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    background: theme.colors.background.primary,
  }),
});
