import { type DataFrame, LoadingState, type PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import { type ReactElement, useMemo, useRef, useState } from 'react';
import { type AlertState, states } from './alerts.ts';
import { type GroupNow, withGroup } from './group-now.ts';
import type { TimelineOptions } from './options.ts';
import { type Lane, prepareLanes } from './prepare.ts';
import { readIntervals } from './read-alerts.ts';
import { readMarks } from './read-marks.ts';
import { isAlertSeries } from './read-series.ts';
import { useSameSeries } from './same-series.ts';
import { laneNameText, type StateLook, type StateLooks, stateLooks } from './state-looks.ts';
import { Timeline } from './Timeline.tsx';
import { translate } from './texts.ts';

/** Where a group stands since an action, until there is an answer that was asked for later. */
interface Done {
  readonly group: GroupNow;
  readonly atMs: number;
}

export function Panel(props: PanelProps<TimelineOptions>): ReactElement | null {
  const { data, options, fieldConfig, id } = props;
  const series = useSameSeries(data.series, fieldConfig);
  const [done, setDone] = useState<readonly Done[]>([]);
  const lanes = useLanes(props, series, done);
  const marks = useMemo(() => {
    if (options.marks === 'none') return [];
    const all = readMarks([...series, ...(data.annotations ?? [])]);
    return options.marks === 'all' ? all : all.filter(({ kind }) => kind === 'anomaly');
  }, [series, data.annotations, options.marks]);
  const looks = useLooks(series);
  if (lanes === undefined || (lanes.length === 0 && marks.length === 0)) {
    // What is not there yet is not missing.
    if (data.series.length === 0 && data.state === LoadingState.Loading) return null;
    const error = data.state === LoadingState.Error ? (data.errors?.[0] ?? data.error)?.message : undefined;
    const isUnfit = lanes === undefined && data.series.some(({ length }) => length > 0);
    const message = error ?? translate(isUnfit ? 'empty.unfit' : 'empty.none');
    return <PanelDataErrorView panelId={id} data={data} fieldConfig={fieldConfig} message={message} />;
  }
  const onDone = (group: GroupNow, atMs: number): void =>
    setDone((before) => [...before.filter((each) => each.group.id !== group.id), { group, atMs }]);
  return <Timeline {...props} lanes={lanes} marks={marks} looks={looks} onDone={onDone} />;
}

function useLanes(
  { data, options, timeRange }: PanelProps<TimelineOptions>,
  series: readonly DataFrame[],
  done: readonly Done[],
): readonly Lane[] | undefined {
  const toMs = timeRange.to.valueOf();
  const fromMs = useStart(series, timeRange.from.valueOf());
  const { laneBy, laneLabel, sortBy, showPending, showSilenced } = options;
  const stepMs = data.request?.intervalMs ?? Number.NaN;
  const askedMs = data.request?.startTime ?? 0;
  // Series say by the end of the range whether an alert is still there; tables say it themselves.
  const seriesToMs = series.some(isAlertSeries) ? toMs : Number.NaN;
  const read = useMemo(
    () => readIntervals(series, { stepMs, toMs: seriesToMs }),
    [series, stepMs, seriesToMs],
  );
  const intervals = useMemo(() => {
    const newer = data.state === LoadingState.Loading ? done : done.filter(({ atMs }) => atMs >= askedMs);
    return read && newer.reduce((all, { group, atMs }) => withGroup(all, group, atMs), read);
  }, [read, data.state, askedMs, done]);
  return useMemo(() => {
    const settings = { laneBy, laneLabel, sortBy, showPending, showSilenced };
    return intervals && prepareLanes(intervals, settings, fromMs, laneNameText(series, laneBy));
  }, [intervals, series, laneBy, laneLabel, sortBy, showPending, showSilenced, fromMs]);
}

/** Figures are of what was asked for: while the next answer is on its way, they stay. */
function useStart(series: readonly DataFrame[], fromMs: number): number {
  const asked = useRef({ series, fromMs });
  if (asked.current.series !== series) asked.current = { series, fromMs };
  return asked.current.fromMs;
}

function useLooks(series: readonly DataFrame[]): StateLooks {
  const theme = useTheme2();
  return useMemo(() => {
    const colours: Readonly<Record<AlertState, string>> = {
      firing: theme.colors.error.main,
      acknowledged: theme.colors.primary.main,
      pending: theme.colors.warning.main,
      silenced: theme.colors.text.disabled,
      resolved: theme.colors.success.main,
    };
    const looks = states.map((state): [AlertState, StateLook] => [
      state,
      { text: translate(`state.${state}`), colour: colours[state] },
    ]);
    const usual = Object.fromEntries(looks) as unknown as StateLooks;
    return stateLooks(series, usual, theme.visualization.getColorByName);
  }, [series, theme]);
}
