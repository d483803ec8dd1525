import type { PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';
import { type ReactElement, useMemo } from 'react';
import type { TimelineOptions } from './options.ts';
import { prepareLanes } from './prepare.ts';
import { readIntervals, readMarks } from './read-alerts.ts';
import { Timeline } from './Timeline.tsx';
import { translate } from './texts.ts';

export function Panel(props: PanelProps<TimelineOptions>): ReactElement {
  const { data, options, timeRange, fieldConfig, id } = props;
  const fromMs = timeRange.from.valueOf();
  const { laneBy, sortBy, showPending, showSilenced, showAnomalies } = options;
  const intervals = useMemo(() => readIntervals(data.series), [data.series]);
  const lanes = useMemo(
    () => intervals && prepareLanes(intervals, { laneBy, sortBy, showPending, showSilenced }, fromMs),
    [intervals, laneBy, sortBy, showPending, showSilenced, fromMs],
  );
  const marks = useMemo(
    () => (showAnomalies ? readMarks([...data.series, ...(data.annotations ?? [])]) : []),
    [data.series, data.annotations, showAnomalies],
  );
  if (lanes === undefined || (lanes.length === 0 && marks.length === 0)) {
    const isUnfit = intervals === undefined && data.series.some(({ length }) => length > 0);
    const message = translate(isUnfit ? 'empty.unfit' : 'empty.none');
    return <PanelDataErrorView panelId={id} data={data} fieldConfig={fieldConfig} message={message} />;
  }
  return <Timeline {...props} lanes={lanes} marks={marks} />;
}
