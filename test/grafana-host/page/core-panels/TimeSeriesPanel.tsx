import {
  DashboardCursorSync,
  type DataFrame,
  dateTimeFormat,
  type Field,
  FieldType,
  formattedValueToString,
  getFieldDisplayName,
  type PanelProps,
} from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';
import {
  type LegendDisplayMode,
  SortOrder,
  TooltipDisplayMode,
  type VizLegendOptions,
} from '@grafana/schema';
import {
  EventBusPlugin,
  type GraphNGLegendEvent,
  TimeSeries,
  TooltipPlugin2,
  type UPlotConfigBuilder,
  usePanelContext,
  VizTooltipContent,
  VizTooltipHeader,
  VizTooltipWrapper,
} from '@grafana/ui';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import { AnnotationMarks } from './AnnotationMarks.tsx';

export interface TimeSeriesOptions {
  readonly legend: VizLegendOptions;
  readonly tooltip: { readonly mode: TooltipDisplayMode; readonly sort: SortOrder };
}

export const timeSeriesDefaults: TimeSeriesOptions = {
  legend: { displayMode: 'list' as LegendDisplayMode, placement: 'bottom', showLegend: true, calcs: [] },
  tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
};

/** Stands for Grafana's time series, on the same components of @grafana/ui. */
export function TimeSeriesPanel(props: PanelProps<TimeSeriesOptions>): ReactElement {
  const { data, width, height, timeRange, timeZone, options, id, fieldConfig } = props;
  const { sync, eventBus, onToggleSeriesVisibility } = usePanelContext();
  const legend = { ...timeSeriesDefaults.legend, ...options.legend };
  const tooltip = { ...timeSeriesDefaults.tooltip, ...options.tooltip };
  const frames = useMemo(() => data.series.filter(isGraphable).map(inTimeOrder), [data.series]);
  const isEmpty = frames.every((frame) => frame.length === 0);
  if (isEmpty)
    return <PanelDataErrorView panelId={id} fieldConfig={fieldConfig} data={data} needsTimeField />;
  const onLegendClick = ({ fieldIndex, mode }: GraphNGLegendEvent): void => {
    const frame = frames[fieldIndex.frameIndex];
    const field = frame?.fields[fieldIndex.fieldIndex];
    if (field !== undefined) onToggleSeriesVisibility?.(getFieldDisplayName(field, frame, frames), mode);
  };
  const isShared = sync?.() !== DashboardCursorSync.Off;
  return (
    <TimeSeries
      frames={frames}
      {...(data.structureRev === undefined ? {} : { structureRev: data.structureRev })}
      {...{ width, height, timeRange, timeZone, legend, onLegendClick }}
    >
      {(config: UPlotConfigBuilder, aligned: DataFrame): ReactNode => (
        <>
          {isShared && <EventBusPlugin config={config} eventBus={eventBus} frame={aligned} />}
          {tooltip.mode !== TooltipDisplayMode.None && (
            <TooltipPlugin2
              config={config}
              hoverMode={tooltip.mode === TooltipDisplayMode.Single ? 0 : 1}
              queryZoom={props.onChangeTimeRange}
              clientZoom
              {...(isShared ? { syncMode: DashboardCursorSync.Crosshair, syncScope: '__global_' } : {})}
              render={(_plot, indexes, seriesIndex, isPinned) => (
                <PointTooltip
                  {...{
                    aligned,
                    indexes,
                    seriesIndex,
                    isPinned,
                    timeZone,
                    isSingle: tooltip.mode === 'single',
                  }}
                  sort={tooltip.sort}
                />
              )}
            />
          )}
          <AnnotationMarks config={config} annotations={data.annotations ?? []} timeZone={timeZone} />
        </>
      )}
    </TimeSeries>
  );
}

interface PointTooltipProps {
  readonly aligned: DataFrame;
  readonly indexes: readonly (number | null)[];
  readonly seriesIndex: number | null;
  readonly isPinned: boolean;
  readonly isSingle: boolean;
  readonly sort: SortOrder;
  readonly timeZone: string;
}

function PointTooltip(props: PointTooltipProps): ReactElement {
  const { aligned, indexes, seriesIndex, isPinned, isSingle, sort, timeZone } = props;
  const [time] = aligned.fields;
  const timeIndex = indexes.find((index) => index !== null) ?? 0;
  const items = aligned.fields.slice(1).flatMap((field, i) => {
    const index = indexes[i + 1];
    const isHidden =
      field.config.custom?.hideFrom?.tooltip === true || field.config.custom?.hideFrom?.viz === true;
    if (index === null || index === undefined || isHidden || (isSingle && i + 1 !== seriesIndex)) return [];
    const numeric = field.values[index] as number | null;
    if (numeric === null || numeric === undefined) return [];
    const shown = field.display?.(numeric);
    return {
      label: getFieldDisplayName(field, aligned),
      value: shown === undefined ? String(numeric) : formattedValueToString(shown),
      color: seriesColor(field) ?? shown?.color ?? '#808080',
      isActive: !isSingle && i + 1 === seriesIndex,
      numeric,
    };
  });
  if (sort !== SortOrder.None) {
    const sign = sort === SortOrder.Ascending ? 1 : -1;
    items.sort((a, b) => sign * (a.numeric - b.numeric));
  }
  const label = time === undefined ? '' : dateTimeFormat(time.values[timeIndex], { timeZone });
  return (
    <VizTooltipWrapper>
      <VizTooltipHeader item={{ label, value: '' }} isPinned={isPinned} />
      <VizTooltipContent items={items} isPinned={isPinned} scrollable maxHeight={300} />
    </VizTooltipWrapper>
  );
}

function seriesColor(field: Field): string | undefined {
  const { color } = field.config;
  return color?.mode === 'fixed' ? color.fixedColor : undefined;
}

function isGraphable({ fields }: DataFrame): boolean {
  return (
    fields.some(({ type }) => type === FieldType.time) && fields.some(({ type }) => type === FieldType.number)
  );
}

/** The graph takes the first field for time. */
function inTimeOrder(frame: DataFrame): DataFrame {
  const at = frame.fields.findIndex(({ type }) => type === FieldType.time);
  const rest = frame.fields.filter((field, i) => i !== at && field.type === FieldType.number);
  return { ...frame, fields: [frame.fields[at], ...rest] };
}
