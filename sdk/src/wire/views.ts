import { isRecord } from './check.ts';

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
