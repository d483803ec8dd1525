import { css, cx } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { useDashboards } from './dashboards.ts';
import { usePlace } from './location.ts';

export const navWidth = 200;

interface Entry {
  readonly href: string;
  readonly title: string;
  readonly icon: IconName;
}

/** The way to dashboards, Explore and the data source. */
export function NavBar({ dataSourceUid }: { readonly dataSourceUid: string | undefined }): ReactElement {
  const styles = useStyles2(getStyles);
  const dashboards = useDashboards().map(
    ({ uid, title }): Entry => ({ href: `/d/${uid}`, title, icon: 'apps' }),
  );
  const others: Entry[] =
    dataSourceUid === undefined
      ? []
      : [
          { href: '/explore', title: 'Explore', icon: 'compass' },
          { href: `/connections/datasources/edit/${dataSourceUid}`, title: 'Data source', icon: 'database' },
        ];
  return (
    <nav className={styles.bar} aria-label="Main">
      <a className={styles.brand} href="/">
        <img className={styles.logo} src="/public/plugins/statbar-metrics-datasource/img/logo.svg" alt="" />
        StatBar
      </a>
      <Entries title="Dashboards" entries={dashboards} />
      <Entries title="Data" entries={others} />
      <p className={styles.note}>A page that stands in for Grafana, with Grafana's own packages.</p>
    </nav>
  );
}

function Entries({
  title,
  entries,
}: {
  readonly title: string;
  readonly entries: readonly Entry[];
}): ReactElement {
  const styles = useStyles2(getStyles);
  const { path } = usePlace();
  const here = `/${path.join('/')}`;
  return (
    <>
      <h2 className={styles.heading}>{title}</h2>
      <ul className={styles.list}>
        {entries.map(({ href, title: name, icon }, i) => {
          const isHere = here === href || (here === '/' && title === 'Dashboards' && i === 0);
          return (
            <li key={href}>
              <a
                className={cx(styles.link, isHere && styles.here)}
                href={href}
                {...(isHere ? { 'aria-current': 'page' as const } : {})}
              >
                <Icon name={icon} /> {name}
              </a>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    position: 'sticky',
    top: 0,
    alignSelf: 'flex-start',
    flex: `0 0 ${navWidth}px`,
    width: navWidth,
    height: '100vh',
    overflowY: 'auto',
    padding: theme.spacing(2, 1),
    background: theme.colors.background.primary,
    borderRight: `1px solid ${theme.colors.border.weak}`,
    display: 'flex',
    flexDirection: 'column',
  }),
  brand: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1, 1),
    fontSize: theme.typography.h5.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  logo: css({ width: 28, height: 28 }),
  heading: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    padding: theme.spacing(0, 1),
    margin: theme.spacing(1.5, 0, 0.5),
  }),
  list: css({ listStyle: 'none' }),
  link: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
    borderRadius: theme.shape.radius.default,
    '&:hover': { background: theme.colors.action.hover },
  }),
  here: css({
    background: theme.colors.action.selected,
    boxShadow: `inset 2px 0 0 ${theme.colors.primary.main}`,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  note: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    marginTop: 'auto',
    padding: theme.spacing(1),
  }),
});
