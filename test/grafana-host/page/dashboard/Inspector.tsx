import { css } from '@emotion/css';
import {
  applyFieldOverrides,
  type DataFrame,
  getFrameDisplayName,
  type PanelData,
  toCSV,
} from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Button, Combobox, Drawer, Tab, Table, TabsBar, useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactElement, useMemo, useState } from 'react';
import type { HostPanel } from '../dashboard-model.ts';
import { usePlace } from '../shell/location.ts';
import { useAnswer } from './panel-data.ts';
import { saveFile } from './save-picture.ts';

const tabs = ['data', 'json', 'query'] as const;
type TabName = (typeof tabs)[number];
const names: Readonly<Record<TabName, string>> = { data: 'Data', json: 'Panel JSON', query: 'Query' };

/** What a panel was asked, what came back, and how it is stored. */
export function Inspector({ panel, onClose }: { readonly panel: HostPanel; onClose(): void }): ReactElement {
  const { parameters } = usePlace();
  const tab = (parameters.get('inspectTab') ?? 'data') as TabName;
  const data = useAnswer(panel.id);
  return (
    <Drawer
      title={`Inspect: ${panel.title ?? ''}`}
      subtitle={`${data?.series.length ?? 0} frames`}
      size="md"
      onClose={onClose}
      tabs={
        <TabsBar>
          {tabs.map((each) => (
            <Tab
              key={each}
              label={names[each]}
              active={each === tab}
              onChangeTab={() => locationService.partial({ inspectTab: each })}
            />
          ))}
        </TabsBar>
      }
    >
      {tab === 'json' && <Source text={JSON.stringify(panel, null, 2)} />}
      {tab === 'query' && <Source text={queryText(data)} />}
      {tab === 'data' && <Frames frames={data?.series ?? []} title={panel.title ?? 'data'} />}
    </Drawer>
  );
}

function Frames({
  frames,
  title,
}: {
  readonly frames: readonly DataFrame[];
  readonly title: string;
}): ReactElement {
  const theme = useTheme2();
  const [chosen, setChosen] = useState(0);
  const shown = useMemo(
    () =>
      applyFieldOverrides({
        data: [...frames],
        fieldConfig: { defaults: {}, overrides: [] },
        replaceVariables: (text) => text,
        theme,
        timeZone: 'utc',
      }),
    [frames, theme],
  );
  const frame = shown[chosen];
  if (frame === undefined) return <p>No data</p>;
  const save = (): void => {
    const text = toCSV([frame], { useExcelHeader: false });
    saveFile(new Blob([text], { type: 'text/csv' }), `${title}.csv`);
  };
  return (
    <>
      <div style={{ display: 'flex', gap: 8, marginBottom: 8 }}>
        <Combobox<number>
          aria-label="Frame"
          width={40}
          options={shown.map((each, value) => ({ label: getFrameDisplayName(each, value), value }))}
          value={chosen}
          onChange={({ value }) => setChosen(value)}
        />
        <Button variant="secondary" icon="download-alt" onClick={save}>
          Download CSV
        </Button>
      </div>
      <Table data={frame} width={680} height={window.innerHeight - 280} ariaLabel={title} />
    </>
  );
}

function Source({ text }: { readonly text: string }): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
    <pre className={styles.source} tabIndex={0}>
      {text}
    </pre>
  );
}

function queryText(data: PanelData | undefined): string {
  const { targets = [], interval, maxDataPoints, scopedVars: _scoped } = data?.request ?? {};
  const meta = data?.series.map(({ meta: each }) => each) ?? [];
  return JSON.stringify({ state: data?.state, interval, maxDataPoints, targets, meta }, null, 2);
}

const getStyles = () => ({ source: css({ whiteSpace: 'pre-wrap', margin: 0 }) });
