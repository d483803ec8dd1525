import { isRecord } from './check.ts';
import type { QueryData } from './prometheus.ts';

/** `event: result` of `GET /statbar/v1/stream`: an instant query's result. */
export interface StreamResult {
  /** Milliseconds since the epoch that the query was evaluated at. */
  readonly timeMs: number;
  readonly data: QueryData;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  /** Results that this listener missed since its last event because it read too slowly. */
  readonly skipped?: number;
}

/** `event: error`: this evaluation failed. The stream goes on, unless the message says otherwise. */
export interface StreamError {
  readonly timeMs: number;
  readonly errorType: string;
  readonly error: string;
}

export function isStreamResult(value: unknown): value is StreamResult {
  return (
    isRecord(value) &&
    typeof value['timeMs'] === 'number' &&
    isRecord(value['data']) &&
    typeof value['data']['resultType'] === 'string' &&
    Array.isArray(value['data']['result'])
  );
}

export function isStreamError(value: unknown): value is StreamError {
  return (
    isRecord(value) &&
    typeof value['timeMs'] === 'number' &&
    typeof value['errorType'] === 'string' &&
    typeof value['error'] === 'string'
  );
}
