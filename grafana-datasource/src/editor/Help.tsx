import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryEditorHelpProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { defaultQuery, type StatBarQuery } from '../model/query.ts';
import { type TextKey, t } from '../texts.ts';

type Example = Partial<StatBarQuery> & { readonly title: TextKey };

const examples: readonly Example[] = [
  {
    title: 'help.rate',
    kind: 'promql',
    expr: 'sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count[$__rate_interval]))',
  },
  {
    title: 'help.quantile',
    kind: 'promql',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))',
  },
  { title: 'help.anomalies', kind: 'anomalies', signal: 'http_server_request_duration_seconds:sum:p95' },
  {
    title: 'help.forecast',
    kind: 'forecast',
    expr: 'sum(system_filesystem_usage_bytes{state="free"})',
    horizon: '6h',
    threshold: 0,
    direction: 'below',
  },
  {
    title: 'help.leaderboard',
    kind: 'leaderboard',
    expr: 'sum by (http_route) (increase(http_server_request_duration_seconds_count[1h]))',
    compare: '1h',
    limit: 10,
  },
  {
    title: 'help.heatmap',
    kind: 'heatmap',
    expr: 'sum by (le) (increase(http_server_request_duration_seconds_bucket[$__rate_interval]))',
  },
  { title: 'help.alerts', kind: 'alerts', alertState: 'all' },
];

/** Examples of every kind; a click puts one into the editor. */
export function Help({ onClickExample }: QueryEditorHelpProps<StatBarQuery>): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <section aria-label={t('help.title')}>
      <h2>{t('help.title')}</h2>
      {examples.map(({ title, ...query }) => (
        <button
          type="button"
          key={title}
          className={styles.example}
          onClick={() => onClickExample({ ...defaultQuery, refId: 'A', ...query })}
        >
          <span className={styles.title}>
            {t(`kind.${query.kind ?? 'promql'}`)}: {t(title)}
          </span>
          {(query.expr ?? query.signal) !== undefined && <code>{query.expr ?? query.signal}</code>}
        </button>
      ))}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  example: css({
    display: 'block',
    width: '100%',
    textAlign: 'left',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    padding: theme.spacing(1),
    marginBottom: theme.spacing(1),
    '&:hover': { background: theme.colors.action.hover },
  }),
  title: css({ display: 'block', marginBottom: theme.spacing(0.5) }),
});
