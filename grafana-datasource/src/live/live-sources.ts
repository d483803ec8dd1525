import type { QueryResultMetaNotice } from '@grafana/data';
import { isStreamError, isStreamResult, isViewStreamResult, parseSampleValue } from '@statbar/sdk/wire';
import { columnsOf, type SeriesColumns } from '../frames/columns.ts';
import { viewExpression } from '../kinds/views.ts';
import type { StatBarQuery } from '../model/query.ts';
import { promDuration } from '../model/time.ts';
import { matchesAll, parseMatchers } from '../promql/filters.ts';

/** What one event of a stream says: the result of a moment, or only that something went wrong. */
export interface LiveEvent {
  readonly timeMs?: number;
  readonly series: readonly SeriesColumns[];
  readonly notices: readonly QueryResultMetaNotice[];
  /** Results between this event and the one before are missing. */
  readonly isAfterGap: boolean;
}

/** Where live results come from, and how they are read. */
export interface LiveSource {
  readonly path: string;
  /** What gives the same series out of what is stored. */
  readonly expression: string;
  /** No byte for so long means that the connection is dead. */
  readonly silenceMaxMs: number;
  /** Undefined for what is none of our business. `lastMs` is the newest time that is known. */
  read(data: unknown, lastMs: number | undefined): LiveEvent | undefined;
}

const SILENT_INTERVALS_MAX = 5;
const SILENCE_LEAST_MS = 10_000;
/** The service sends a comment every 15 s when there is nothing else to send: three of them are missing. */
const SILENCE_MOST_MS = 45_000;

/** Of an expression, evaluated by the service as often as this. */
export function expressionSource({ expr }: StatBarQuery, intervalMs: number): LiveSource {
  const parameters = new URLSearchParams({ query: expr, interval: promDuration(intervalMs) });
  return {
    path: `/statbar/v1/stream?${parameters}`,
    expression: expr,
    silenceMaxMs: Math.min(SILENCE_MOST_MS, Math.max(SILENCE_LEAST_MS, SILENT_INTERVALS_MAX * intervalMs)),
    read(data, lastMs) {
      if (isStreamError(data))
        return { series: [], notices: [{ severity: 'error', text: data.error }], isAfterGap: false };
      if (!isStreamResult(data)) return undefined;
      const { timeMs, warnings = [], infos = [] } = data;
      return {
        timeMs,
        series: columnsOf(data.data).series,
        notices: [
          ...warnings.map((text) => ({ severity: 'warning' as const, text })),
          ...infos.map((text) => ({ severity: 'info' as const, text })),
        ],
        isAfterGap: lastMs !== undefined && timeMs - lastMs > 2 * intervalMs,
      };
    },
  };
}

/**
 * Of a view, as each window closes. What is drawn is what is stored under the view's name: results on time, and final ones
 * where there is no other. Early results are of part of a window: a count that is yet to grow would be drawn as a fall.
 */
export function viewSource({ view = '', matchers: text = '' }: StatBarQuery): LiveSource {
  const matchers = parseMatchers(text);
  return {
    path: `/statbar/v1/stream?${new URLSearchParams({ view: view.trim() })}`,
    expression: viewExpression(view.trim(), matchers),
    silenceMaxMs: SILENCE_MOST_MS,
    read(data, lastMs) {
      if (!isViewStreamResult(data)) return undefined;
      const { kind, endMs, series, skipped, omitted } = data;
      const isNewest = kind === 'on_time' || (kind === 'final' && (lastMs === undefined || endMs > lastMs));
      if (!isNewest) return undefined;
      return {
        timeMs: endMs,
        series: series
          .filter(({ labels }) => matchesAll(labels, matchers))
          .map(({ name, labels, value }) => ({
            labels: { __name__: name, ...labels },
            timesMs: [endMs],
            values: [typeof value === 'number' ? value : parseSampleValue(value)],
          })),
        notices: omitted > 0 ? [{ severity: 'warning', text: `+${omitted}` }] : [],
        isAfterGap: skipped > 0,
      };
    },
  };
}
