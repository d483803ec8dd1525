import { css } from '@emotion/css';
import { CoreApp, type DataQuery, type DataSourceApi, type GrafanaTheme2 } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { Button, IconButton, useStyles2 } from '@grafana/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useDashboard } from '../dashboard/dashboard-context.ts';
import { panelEdits, useAnswer } from '../dashboard/panel-data.ts';
import type { HostPanel } from '../dashboard-model.ts';

interface QueryTabProps {
  readonly panel: HostPanel;
  onChange(panel: HostPanel): void;
}

/** The panel's queries in the data source's own editor. */
export function QueryTab({ panel, onChange }: QueryTabProps): ReactElement {
  const styles = useStyles2(getStyles);
  const { timeRange, replaceVariables } = useDashboard();
  const uid = replaceVariables(panel.datasource?.uid ?? '');
  const [source, setSource] = useState<DataSourceApi>();
  useEffect(() => {
    getDataSourceSrv()
      .get(uid)
      .then(setSource, () => {});
  }, [uid]);
  const data = useAnswer(panel.id);
  const targets = panel.targets ?? [];
  const setTargets = (next: readonly DataQuery[]): void => onChange({ ...panel, targets: next });
  const Editor = source?.components?.QueryEditor;
  const add = (): void => {
    const refId = String.fromCharCode(65 + targets.length);
    setTargets([
      ...targets,
      { refId, ...source?.getDefaultQuery?.(CoreApp.PanelEditor), datasource: panel.datasource } as DataQuery,
    ]);
  };
  return (
    <section className={styles.box} aria-label="Queries">
      {targets.map((query) => (
        <div key={query.refId} data-query-editor={query.refId}>
          <div className={styles.head}>
            <strong>{query.refId}</strong>
            <span className={styles.source}>{source?.name}</span>
            <IconButton
              name={query.hide === true ? 'eye-slash' : 'eye'}
              aria-label={`${query.hide === true ? 'Show' : 'Hide'} the answer of ${query.refId}`}
              onClick={() =>
                setTargets(targets.map((each) => (each === query ? { ...each, hide: !each.hide } : each)))
              }
            />
            <IconButton
              name="trash-alt"
              aria-label={`Remove query ${query.refId}`}
              onClick={() => setTargets(targets.filter((each) => each !== query))}
            />
          </div>
          {Editor !== undefined && source !== undefined && (
            <Editor
              datasource={source}
              query={query}
              app={CoreApp.PanelEditor}
              range={timeRange}
              queries={[...targets]}
              history={[]}
              onChange={(next) =>
                setTargets(targets.map((each) => (each.refId === query.refId ? next : each)))
              }
              onRunQuery={() => panelEdits.refresh(panel.id)}
              {...(data === undefined ? {} : { data })}
            />
          )}
        </div>
      ))}
      <Button variant="secondary" icon="plus" onClick={add}>
        Add query
      </Button>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1),
  }),
  head: css({
    display: 'flex',
    gap: theme.spacing(1),
    alignItems: 'center',
    background: theme.colors.background.secondary,
    padding: theme.spacing(0.5, 1),
    marginBottom: theme.spacing(1),
  }),
  source: css({ flexGrow: 1, color: theme.colors.text.secondary }),
});
