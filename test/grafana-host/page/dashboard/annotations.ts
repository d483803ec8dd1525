import {
  type AnnotationEvent,
  type AnnotationQuery,
  arrayToDataFrame,
  CoreApp,
  type DataFrame,
  type DataQuery,
  type DataQueryRequest,
  DataTopic,
  rangeUtil,
  type TimeRange,
  toDataFrame,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { from, isObservable, lastValueFrom } from 'rxjs';

export interface Layer extends AnnotationQuery {
  readonly target?: DataQuery;
}

const eventFields = ['time', 'timeEnd', 'title', 'text', 'tags', 'id'] as const;

/** What a dashboard's annotation queries find in a range, as the frames that panels get beside their own data. */
export async function askAnnotations(
  layers: readonly Layer[],
  range: TimeRange,
  dashboardUid: string,
  colorOf: (name: string) => string,
): Promise<DataFrame[]> {
  const parts = await Promise.all(
    layers
      .filter(({ enable, builtIn }) => enable !== false && !builtIn)
      .map((layer) => askLayer(layer, range, dashboardUid, colorOf(layer.iconColor ?? 'red'))),
  );
  return parts.flat();
}

async function askLayer(
  layer: Layer,
  range: TimeRange,
  dashboardUid: string,
  color: string,
): Promise<DataFrame[]> {
  const source = await getDataSourceSrv().get(layer.datasource as { uid: string });
  const { annotations: support } = source;
  if (support === undefined) return [];
  const prepared = (support.prepareAnnotation?.(layer) ?? layer) as Layer;
  const query = support.prepareQuery?.(prepared) ?? prepared.target;
  if (query === undefined) return [];
  const answer = source.query({
    ...{ app: CoreApp.Dashboard, requestId: `annotations-${layer.name}`, timezone: 'utc', range },
    ...{ dashboardUID: dashboardUid, maxDataPoints: 100, scopedVars: {}, startTime: Date.now() },
    ...rangeUtil.calculateInterval(range, 100),
    targets: [{ ...query, refId: query.refId || 'Anno' }],
  } as DataQueryRequest);
  const { data } = await lastValueFrom(isObservable(answer) ? answer : from(answer));
  const frames = data.map((frame: DataFrame) => toDataFrame(frame));
  const events = support.processEvents
    ? ((await lastValueFrom(support.processEvents(prepared, frames))) ?? [])
    : frames.flatMap(eventsOf);
  if (events.length === 0) return [];
  const shown = events.map((event) => ({
    ...{ color, isRegion: event.timeEnd !== undefined && event.timeEnd !== event.time, type: layer.name },
    ...event,
  }));
  const frame = arrayToDataFrame(shown);
  frame.meta = { dataTopic: DataTopic.Annotations };
  return [frame];
}

function eventsOf(frame: DataFrame): AnnotationEvent[] {
  return Array.from({ length: frame.length }, (_, i) => {
    const event: Record<string, unknown> = {};
    for (const { name, values } of frame.fields) {
      if ((eventFields as readonly string[]).includes(name)) event[name] = values[i] ?? undefined;
    }
    return event as AnnotationEvent;
  });
}
