import {
  type DataFrame,
  type DataQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceGetDrilldownsApplicabilityOptions,
  type DrilldownsApplicability,
  type TestDataSourceResponse,
  toDataFrame,
} from '@grafana/data';
import { isObservable, type Observable, of } from 'rxjs';

/** A target of the `host-frames` data source: frames as they are, or the name of a function in `window.hostFrames`. */
export interface FramesQuery extends DataQuery {
  readonly frames: readonly unknown[] | string;
}

type FramesMaker = (request: DataQueryRequest) => readonly unknown[] | Observable<DataQueryResponse>;

declare global {
  interface Window {
    /** Set by a test before the page loads (`page.addInitScript`). */
    hostFrames?: Readonly<Record<string, FramesMaker>>;
    /** Labels that a dashboard's filters apply to; not set: this data source knows no filters. */
    hostFilters?: readonly string[];
  }
}

/** Answers with frames that a test gives, so that a panel can be tried without a server. */
export class FramesDataSource extends DataSourceApi<FramesQuery> {
  override query(request: DataQueryRequest<FramesQuery>): Observable<DataQueryResponse> {
    const frames: DataFrame[] = [];
    for (const target of request.targets) {
      const made = typeof target.frames === 'string' ? make(target.frames, request) : target.frames;
      if (isObservable(made)) return made;
      frames.push(...made.map((frame) => Object.assign(toDataFrame(frame), { refId: target.refId })));
    }
    return of({ data: frames });
  }

  override getDrilldownsApplicability = window.hostFilters && applicability;

  override async testDatasource(): Promise<TestDataSourceResponse> {
    return { status: 'success', message: 'frames of a test' };
  }
}

async function applicability(
  options?: DataSourceGetDrilldownsApplicabilityOptions<FramesQuery>,
): Promise<DrilldownsApplicability[]> {
  const known = window.hostFilters ?? [];
  return (options?.filters ?? []).map(({ key }) => ({ key, applicable: known.includes(key) }));
}

function make(name: string, request: DataQueryRequest): ReturnType<FramesMaker> {
  const maker = window.hostFrames?.[name];
  if (maker === undefined) throw new Error(`window.hostFrames has no ${name}`);
  return maker(request);
}
