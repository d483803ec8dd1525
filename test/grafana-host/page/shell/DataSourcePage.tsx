import { css } from '@emotion/css';
import type { DataSourceApi, DataSourceSettings, GrafanaTheme2, TestDataSourceResponse } from '@grafana/data';
import { getBackendSrv, getDataSourceSrv } from '@grafana/runtime';
import { Alert, Button, Field, Input, ToolbarButton, useStyles2 } from '@grafana/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { loadDataSource } from '../plugin-loader.ts';

interface DataSourcePageProps {
  readonly uid: string;
  readonly isDark: boolean;
  onToggleTheme(): void;
}

type Plugin = Awaited<ReturnType<typeof loadDataSource>>['plugin'];

/** A data source's settings: the plugin's own editor, saved by the page's server, and tested. */
export function DataSourcePage({ uid, isDark, onToggleTheme }: DataSourcePageProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [plugin, setPlugin] = useState<Plugin>();
  const [options, setOptions] = useState<DataSourceSettings>();
  const [result, setResult] = useState<TestDataSourceResponse>();
  useEffect(() => {
    const load = async (): Promise<void> => {
      const stored: DataSourceSettings = await getBackendSrv().get(`/api/datasources/uid/${uid}`);
      setPlugin((await loadDataSource(stored.type)).plugin);
      setOptions(stored);
    };
    load().catch((error: unknown) => setResult({ status: 'error', message: String(error) }));
  }, [uid]);
  const save = async (): Promise<void> => {
    setResult(undefined);
    try {
      const saved = await getBackendSrv().put(`/api/datasources/uid/${uid}`, options);
      setOptions(saved.datasource);
      await getDataSourceSrv().reload();
      const source: DataSourceApi = await getDataSourceSrv().get(uid);
      setResult((await source.testDatasource()) as TestDataSourceResponse);
    } catch (error) {
      const { data, message } = error as { data?: { message?: string }; message?: string };
      setResult({ status: 'error', message: data?.message ?? message ?? String(error) });
    }
  };
  const Editor = plugin?.components.ConfigEditor;
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <h1 className={styles.title}>{options?.name ?? 'Data source'}</h1>
        <ToolbarButton
          variant="canvas"
          icon="adjust-circle"
          aria-label={isDark ? 'Light theme' : 'Dark theme'}
          tooltip={isDark ? 'Light theme' : 'Dark theme'}
          onClick={onToggleTheme}
        />
      </header>
      {options !== undefined && Editor !== undefined && (
        <>
          <Field label="Name" htmlFor="data-source-name">
            <Input
              id="data-source-name"
              width={40}
              value={options.name}
              onChange={({ currentTarget }) => setOptions({ ...options, name: currentTarget.value })}
            />
          </Field>
          <Editor options={options} onOptionsChange={setOptions} />
        </>
      )}
      {result !== undefined && (
        <Alert
          severity={result.status === 'success' ? 'success' : 'error'}
          title={result.message}
          data-health={result.status}
        >
          {result.details?.message}
        </Alert>
      )}
      <Button onClick={() => void save()}>Save &amp; test</Button>
    </main>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(2), maxWidth: 900 }),
  header: css({
    display: 'flex',
    gap: theme.spacing(1),
    alignItems: 'center',
    marginBottom: theme.spacing(2),
  }),
  title: css({ fontSize: theme.typography.h4.fontSize, margin: 0, flexGrow: 1 }),
});
