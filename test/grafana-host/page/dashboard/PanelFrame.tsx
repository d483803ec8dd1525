import { LoadingState, type PanelData, type PanelPlugin, type QueryResultMetaNotice } from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import { Component, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import type { HostPanel } from '../dashboard-model.ts';
import { loadPanel } from '../plugin-loader.ts';
import { useDashboard } from './dashboard-context.ts';
import { migrated } from './migrated.ts';
import { PanelBody } from './PanelBody.tsx';
import { PanelMenu } from './PanelMenu.tsx';
import { messageOf } from './run-queries.ts';
import { usePanelData } from './use-panel-data.ts';

export interface PanelFrameProps {
  readonly panel: HostPanel;
  readonly width: number;
  readonly height: number;
}

/** One panel as Grafana shows it: loads the plugin, asks the data source, applies field configuration, renders. */
export function PanelFrame({ panel, width, height }: PanelFrameProps): ReactElement {
  const { replaceVariables, isKiosk } = useDashboard();
  const loaded = usePlugin(panel);
  const { raw, displayRange, refresh } = usePanelData(panel, width);
  const answer = useFirstAnswer(raw);
  const failure = raw?.state === LoadingState.Error ? raw.error?.message : undefined;
  const status = failure ?? loaded.failure;
  const notices = raw?.series.flatMap(({ meta }) => meta?.notices ?? []) ?? [];
  const items: QueryResultMetaNotice[] = [
    ...(status === undefined ? [] : [{ severity: 'error' as const, text: status }]),
    ...notices,
  ];
  const description = panel.description === undefined ? undefined : replaceVariables(panel.description);
  return (
    <section
      data-panel-id={panel.id}
      data-panel-type={panel.type}
      data-panel-state={raw?.state ?? 'NotStarted'}
      data-panel-failure={loaded.failure}
      aria-label={panel.title}
    >
      <PanelChrome
        title={replaceVariables(panel.title ?? '')}
        width={width}
        height={height}
        {...(description === undefined ? {} : { description })}
        {...(loaded.failure === undefined ? { loadingState: raw?.state ?? LoadingState.Loading } : {})}
        {...(status === undefined ? {} : { statusMessage: status })}
        {...(items.length === 0 ? {} : { statusItems: items })}
        {...(panel.transparent === true ? { displayMode: 'transparent' as const } : {})}
        {...(isKiosk ? {} : { menu: () => <PanelMenu panel={panel} plugin={loaded.plugin} /> })}
      >
        {(innerWidth, innerHeight) =>
          loaded.plugin !== undefined && loaded.panel !== undefined && answer !== undefined ? (
            <Boundary>
              <PanelBody
                panel={loaded.panel}
                plugin={loaded.plugin}
                raw={answer}
                width={innerWidth}
                height={innerHeight}
                displayRange={displayRange}
                onRefresh={refresh}
              />
            </Boundary>
          ) : null
        }
      </PanelChrome>
    </section>
  );
}

/** Undefined until something was answered: as in Grafana, a panel that still waits has a loading bar and says nothing. */
function useFirstAnswer(raw: PanelData | undefined): PanelData | undefined {
  const hasAnswered = useRef(false);
  if (raw !== undefined && (raw.state !== LoadingState.Loading || raw.series.length > 0))
    hasAnswered.current = true;
  return hasAnswered.current ? raw : undefined;
}

interface Loaded {
  readonly plugin?: PanelPlugin;
  /** With its options brought up to the plugin's version. */
  readonly panel?: HostPanel;
  readonly failure?: string;
}

export function usePlugin(panel: HostPanel): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({});
  useEffect(() => {
    let isCurrent = true;
    const load = async (): Promise<Loaded> => {
      const plugin = await loadPanel(panel.type);
      return { plugin, panel: await migrated(panel, plugin) };
    };
    load().then(
      (next) => isCurrent && setLoaded(next),
      (error: unknown) => isCurrent && setLoaded({ failure: messageOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [panel]);
  return loaded;
}

/** A panel that breaks does not take the page with it, and the test finds what broke. */
class Boundary extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {};

  static getDerivedStateFromError(error: Error): { message: string } {
    return { message: error.message };
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children;
    return <div role="alert">An unexpected error happened: {this.state.message}</div>;
  }
}
