import { isRecord } from './check.ts';
import type { Labels } from './prometheus.ts';

/** One view's state. Times are milliseconds since the epoch, null where there is none yet. */
export interface ViewStatus {
  readonly name: string;
  /** What it is computed from, in words. */
  readonly source: string;
  readonly state: string;
  readonly watermark: number | null;
  readonly lagMs: number | null;
  readonly keys: number;
  readonly bytes: number;
  readonly events: number;
  readonly late: number;
  readonly overflow: number;
}

/** `data` of `GET /statbar/v1/views`. */
export interface ViewList {
  readonly views: readonly ViewStatus[];
}

export function isViewList(value: unknown): value is ViewList {
  return (
    isRecord(value) &&
    Array.isArray(value['views']) &&
    value['views'].every(
      (view) => isRecord(view) && typeof view['name'] === 'string' && typeof view['events'] === 'number',
    )
  );
}

/** `event: result` of `GET /statbar/v1/stream?view=NAME`: one window's result, times in milliseconds since the epoch. */
export interface ViewStreamResult {
  readonly view: string;
  readonly startMs: number;
  readonly endMs: number;
  /** `early`: before the window's end was passed; `on_time`: when it was; `late`: a correction; `final`: the last word. */
  readonly kind: 'early' | 'on_time' | 'late' | 'final';
  readonly revision: number;
  readonly isFinal: boolean;
  readonly completeness: number;
  /** What is no finite number is text. */
  readonly series: ReadonlyArray<{
    readonly name: string;
    readonly labels: Labels;
    readonly value: number | string;
  }>;
  /** Numbers that did not fit into the event. */
  readonly omitted: number;
  /** Results that this listener missed since its last event because it read too slowly. */
  readonly skipped: number;
}

export function isViewStreamResult(value: unknown): value is ViewStreamResult {
  return (
    isRecord(value) &&
    typeof value['view'] === 'string' &&
    typeof value['endMs'] === 'number' &&
    typeof value['kind'] === 'string' &&
    Array.isArray(value['series']) &&
    value['series'].every((each) => isRecord(each) && typeof each['name'] === 'string')
  );
}
