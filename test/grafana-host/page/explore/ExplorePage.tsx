import { css } from '@emotion/css';
import { CoreApp, type DataQuery, type DataSourceApi, EventBusSrv, type GrafanaTheme2 } from '@grafana/data';
import { getDataSourceSrv, locationService } from '@grafana/runtime';
import { Button, useStyles2 } from '@grafana/ui';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { DashboardContext, type DashboardContextValue } from '../dashboard/dashboard-context.ts';
import { PanelFrame } from '../dashboard/PanelFrame.tsx';
import { useAnswer } from '../dashboard/panel-data.ts';
import { Toolbar } from '../dashboard/Toolbar.tsx';
import { absolute } from '../dashboard/time.ts';
import { useTime } from '../dashboard/use-time.ts';
import { usePlace } from '../shell/location.ts';
import type { Variables } from '../variables/variables.ts';
import { visualisationOf } from './visualisation.ts';

interface ExplorePageProps {
  readonly dataSourceUid: string;
  readonly variables: Variables;
  readonly width: number;
  readonly isDark: boolean;
  onToggleTheme(): void;
}

/** One query, its answer as a graph and as a table, and the data source's help: what Explore is for. */
export function ExplorePage(props: ExplorePageProps): ReactElement {
  const { dataSourceUid, variables, width } = props;
  const styles = useStyles2(getStyles);
  const time = useTime({ from: 'now-1h', to: 'now' }, '');
  const { source, asked, query, setDraft } = useQuery(dataSourceUid);
  // The panel below has the answer; hints and errors of the editor come from it.
  const answer = useAnswer(1);
  const context = useExploreContext(time, variables);
  const run = (): void => {
    if (query !== undefined) locationService.partial({ query: JSON.stringify(query) }, true);
    time.refreshNow();
  };
  const Editor = source?.components?.ExploreQueryField ?? source?.components?.QueryEditor;
  const Help = source?.components?.QueryEditorHelp;
  const type = visualisationOf(answer);
  return (
    <DashboardContext.Provider value={context}>
      <div className={styles.page}>
        <Toolbar title="Explore" time={time} isDark={props.isDark} onToggleTheme={props.onToggleTheme}>
          <Button icon="play" onClick={run}>
            Run query
          </Button>
        </Toolbar>
        {Editor !== undefined && source !== undefined && query !== undefined && (
          <section className={styles.box} aria-label="Query" data-query-editor="A">
            <Editor
              datasource={source}
              query={query}
              app={CoreApp.Explore}
              onChange={setDraft}
              onRunQuery={run}
              range={time.range}
              queries={[query]}
              history={[]}
              {...(answer === undefined ? {} : { data: answer })}
            />
          </section>
        )}
        {asked !== undefined && (
          <PanelFrame
            key={type}
            width={width}
            height={360}
            panel={{
              ...{ id: 1, type, title: 'Result', gridPos: { x: 0, y: 0, w: 24, h: 9 } },
              ...{ datasource: { uid: dataSourceUid }, targets: [asked] },
            }}
          />
        )}
        {Help !== undefined && source !== undefined && query !== undefined && (
          <section className={styles.box} aria-label="Help">
            <Help
              datasource={source}
              query={query}
              onClickExample={(example) => {
                setDraft(undefined);
                locationService.partial({ query: JSON.stringify({ ...example, refId: 'A' }) }, true);
              }}
            />
          </section>
        )}
      </div>
    </DashboardContext.Provider>
  );
}

interface QueryState {
  readonly source: DataSourceApi | undefined;
  /** What the address has. */
  readonly asked: DataQuery | undefined;
  /** What the editor has. */
  readonly query: DataQuery | undefined;
  setDraft(query: DataQuery | undefined): void;
}

function useQuery(dataSourceUid: string): QueryState {
  const { parameters } = usePlace();
  const [source, setSource] = useState<DataSourceApi>();
  useEffect(() => {
    getDataSourceSrv()
      .get(dataSourceUid)
      .then(setSource, () => {});
  }, [dataSourceUid]);
  const stored = parameters.get('query');
  const asked = useMemo((): DataQuery | undefined => {
    if (source === undefined) return undefined;
    const given = stored === null ? {} : (JSON.parse(stored) as object);
    return { refId: 'A', ...source.getDefaultQuery?.(CoreApp.Explore), ...given } as DataQuery;
  }, [source, stored]);
  const [draft, setDraft] = useState<DataQuery>();
  return { source, asked, query: draft ?? asked, setDraft };
}

function useExploreContext(time: ReturnType<typeof useTime>, variables: Variables): DashboardContextValue {
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const { range, refreshCount, setRange } = time;
  return useMemo(
    () => ({
      uid: 'explore',
      timeRange: range,
      ...{
        refreshCount,
        eventBus,
        annotations: [],
        filters: [],
        groupBy: [],
        variablesVersion: 0,
        variables: [],
      },
      ...{ isReady: true, isLive: true, isKiosk: true },
      replaceVariables: (text, scoped, format) => variables.replace(text, scoped, format as string),
      onChangeTimeRange: ({ from, to }) => setRange(absolute(from, to)),
      onAddFilters: () => {},
      onChangePanel: () => {},
    }),
    [range, refreshCount, setRange, eventBus, variables],
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(2) }),
  box: css({
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1),
    margin: theme.spacing(0, 0, 1),
    '* + &': { marginTop: theme.spacing(1) },
  }),
});
