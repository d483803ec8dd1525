import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { translate } from './texts.ts';

export const searchHeightPx = 40;

export interface SearchBoxProps {
  readonly value: string;
  /** How many rows match. */
  readonly count: number;
  onChange(value: string): void;
}

export function SearchBox({ value, count, onChange }: SearchBoxProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box}>
      <Input
        value={value}
        aria-label={translate('search.label')}
        placeholder={translate('search.label')}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('');
        }}
        suffix={value === '' ? undefined : <span role="status">{translate('search.count', { count })}</span>}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ height: searchHeightPx, paddingBottom: theme.spacing(1) }),
});
