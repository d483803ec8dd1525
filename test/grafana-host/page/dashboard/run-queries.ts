import {
  type AdHocVariableFilter,
  CoreApp,
  type DataFrame,
  type DataQuery,
  type DataQueryRequest,
  DataTopic,
  LoadingState,
  type PanelData,
  rangeUtil,
  type ScopedVars,
  type TimeRange,
  toDataFrame,
} from '@grafana/data';
import { type DataSourceSrv, getDataSourceSrv } from '@grafana/runtime';
import { from, isObservable, Observable, of, type Subscription } from 'rxjs';
import { catchError, map, switchMap } from 'rxjs/operators';

export interface QueryPlan {
  readonly requestId: string;
  readonly panelId: number;
  readonly dashboardUid: string;
  readonly dataSourceUid: string;
  readonly targets: readonly DataQuery[];
  readonly range: TimeRange;
  readonly maxDataPoints: number;
  readonly minInterval?: string;
  readonly app?: CoreApp;
  readonly filters?: readonly AdHocVariableFilter[];
  readonly groupBy?: readonly string[];
}

const loadingAfterMs = 200;

/** Asks the panel's data source as Grafana does, and says so step by step: loading, streaming, done, error. */
export function runQueries(plan: QueryPlan, previous: PanelData | undefined): Observable<PanelData> {
  const { range, maxDataPoints, targets } = plan;
  const interval = rangeUtil.calculateInterval(range, maxDataPoints, plan.minInterval);
  const scopedVars: ScopedVars = {
    __interval: { text: interval.interval, value: interval.interval },
    __interval_ms: { text: String(interval.intervalMs), value: interval.intervalMs },
  };
  const request: DataQueryRequest = {
    app: plan.app ?? CoreApp.Dashboard,
    requestId: plan.requestId,
    panelId: plan.panelId,
    dashboardUID: plan.dashboardUid,
    timezone: 'utc',
    range,
    ...interval,
    maxDataPoints,
    scopedVars,
    targets: targets
      .filter((target) => target.hide !== true)
      .map((target) => ({ datasource: { uid: plan.dataSourceUid }, ...target })),
    startTime: Date.now(),
    ...(plan.filters === undefined || plan.filters.length === 0 ? {} : { filters: [...plan.filters] }),
    ...(plan.groupBy === undefined || plan.groupBy.length === 0 ? {} : { groupByKeys: [...plan.groupBy] }),
  };
  const empty: PanelData = {
    state: LoadingState.Loading,
    series: previous?.series ?? [],
    annotations: previous?.annotations ?? [],
    timeRange: range,
    request,
  };
  return new Observable<PanelData>((subscriber) => {
    // Shown only when the answer takes its time: a quick refresh must not flicker.
    const timer = setTimeout(() => subscriber.next(empty), previous === undefined ? 0 : loadingAfterMs);
    const running: Subscription = answers(getDataSourceSrv(), plan.dataSourceUid, request)
      .pipe(
        catchError((error: unknown) =>
          of({ ...empty, state: LoadingState.Error, error: { message: messageOf(error) } }),
        ),
      )
      .subscribe({
        next: (data) => {
          clearTimeout(timer);
          subscriber.next(data);
        },
        complete: () => subscriber.complete(),
      });
    return () => {
      clearTimeout(timer);
      running.unsubscribe();
    };
  });
}

function answers(service: DataSourceSrv, uid: string, request: DataQueryRequest): Observable<PanelData> {
  /** Packets of one answer are kept by key: a later one with the same key takes the place of the earlier. */
  const packets = new Map<string, readonly DataFrame[]>();
  return from(service.get(uid)).pipe(
    switchMap((dataSource) => {
      const kept = request.targets.filter((target) => dataSource.filterQuery?.(target) ?? true);
      const asked = { ...request, targets: kept };
      const answer = dataSource.query(asked);
      return (isObservable(answer) ? answer : from(answer)).pipe(
        map((response): PanelData => {
          packets.set(
            response.key ?? 'A',
            response.data.map((frame: DataFrame) => toDataFrame(frame)),
          );
          const frames = [...packets.values()].flat();
          const isNote = (frame: DataFrame): boolean => frame.meta?.dataTopic === DataTopic.Annotations;
          const error = response.errors?.[0] ?? response.error;
          return {
            state: error === undefined ? (response.state ?? LoadingState.Done) : LoadingState.Error,
            series: frames.filter((frame) => !isNote(frame)),
            annotations: frames.filter(isNote),
            timeRange: request.range,
            request: asked,
            ...(error === undefined ? {} : { error, errors: response.errors ?? [error] }),
          };
        }),
      );
    }),
  );
}

export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { data, statusText } = error as { data?: { error?: string; message?: string }; statusText?: string };
  return data?.error ?? data?.message ?? statusText ?? String(error);
}
