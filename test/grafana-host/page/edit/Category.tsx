import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { type ReactElement, type ReactNode, useState } from 'react';

/** A part of the options that opens and closes. */
export function Category({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(true);
  return (
    <section className={styles.section} data-category={title}>
      <button type="button" className={styles.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'angle-down' : 'angle-right'} /> {title}
      </button>
      {isOpen && <div className={styles.body}>{children}</div>}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({ borderTop: `1px solid ${theme.colors.border.weak}` }),
  head: css({
    all: 'unset',
    display: 'flex',
    gap: theme.spacing(0.5),
    alignItems: 'center',
    boxSizing: 'border-box',
    width: '100%',
    padding: theme.spacing(1, 1.5),
    fontWeight: theme.typography.fontWeightMedium,
    cursor: 'pointer',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  body: css({ padding: theme.spacing(0, 1.5, 1) }),
});
