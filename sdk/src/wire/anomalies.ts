import { isRecord } from './check.ts';
import type { Explanation, RelatedSignal } from './explain.ts';
import type { Labels } from './prometheus.ts';

/**
 * A time in which a signal was not as expected. Times are milliseconds since the epoch. Numbers are null where there is
 * none: a signal that stopped has no actual value.
 */
export interface Episode {
  /** Stable: the same episode has the same id on the stream, in lists and after a restart. */
  readonly id: string;
  /** Name of the watched signal, as its derived series have it in front of `:anomaly_score`. */
  readonly signal: string;
  /** Of all series that deviate together, the labels that they share. */
  readonly labels: Labels;
  readonly startMs: number;
  readonly peakMs: number;
  /** Null while it lasts. */
  readonly endMs: number | null;
  /** At the peak; 1 and over is anomalous. */
  readonly score: number;
  /** At the peak. */
  readonly expected: number | null;
  /** At the peak. */
  readonly actual: number | null;
  readonly direction: 'above' | 'below';
  /** Sentences for a person, most telling first. */
  readonly why: readonly string[];
  /** Which label values account for the change, the best account first. */
  readonly explanation: readonly Explanation[];
  /** Other signals that moved with it, the first to move first. */
  readonly related: readonly RelatedSignal[];
}

/** `data` of `GET /statbar/v1/anomalies`: the latest start first. */
export interface EpisodeList {
  readonly episodes: readonly Episode[];
  /** For the parameter `cursor` of the next call; null when there are no more. */
  readonly nextCursor: string | null;
}

export function isEpisode(value: unknown): value is Episode {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['signal'] === 'string' &&
    isRecord(value['labels']) &&
    typeof value['startMs'] === 'number' &&
    typeof value['peakMs'] === 'number' &&
    (value['endMs'] === null || typeof value['endMs'] === 'number') &&
    typeof value['score'] === 'number' &&
    (value['direction'] === 'above' || value['direction'] === 'below') &&
    Array.isArray(value['why']) &&
    Array.isArray(value['explanation']) &&
    Array.isArray(value['related'])
  );
}

export function isEpisodeList(value: unknown): value is EpisodeList {
  return (
    isRecord(value) &&
    Array.isArray(value['episodes']) &&
    value['episodes'].every(isEpisode) &&
    (value['nextCursor'] === null || typeof value['nextCursor'] === 'string')
  );
}
