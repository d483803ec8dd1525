import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';
import type { AlertsClient } from '@statbar/sdk/alerts';
import type { QueryClient } from '@statbar/sdk/query';
import type { RangeCache } from '../client/range-cache.ts';
import { type Columns, columnsOf } from '../frames/columns.ts';
import type { Metadata } from '../frames/units.ts';
import { aligned } from '../model/time.ts';

/** What one query is answered with: the clients, its time, and what is known beside it. */
export interface KindContext {
  readonly client: QueryClient;
  readonly alerts: AlertsClient;
  readonly cache: RangeCache;
  readonly fromMs: number;
  /** The end of the range, or now when that is before. */
  readonly toMs: number;
  /** As it was chosen: it may lie ahead. */
  readonly rangeEndMs: number;
  readonly stepMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly traceUrl: string | undefined;
  /** IANA name of the viewer's clock. */
  readonly timeZone: string;
  /** Unit and type of metrics; empty when it cannot be had. */
  metadata(): Promise<Metadata>;
}

export interface RangeAnswer extends Columns {
  readonly notices: QueryResultMetaNotice[];
}

/** A range query over the context's time, or another span; what was known is not asked again. */
export async function askRange(
  { client, cache, fromMs, toMs, stepMs, signal }: KindContext,
  query: string,
  span: { readonly fromMs: number; readonly toMs: number } = { fromMs, toMs },
): Promise<RangeAnswer> {
  const whole = aligned(span.fromMs, span.toMs, stepMs);
  const key = JSON.stringify([query, stepMs]);
  const asked = cache.missing(key, whole, stepMs);
  const answer = await client.range({ query, ...asked, stepMs, signal });
  const { series, histograms } = columnsOf(answer.data);
  const notices = noticesOf(answer);
  // Histograms are not kept: their buckets are too many.
  if (histograms.length > 0 && asked.fromMs > whole.fromMs) {
    const full = await client.range({ query, ...whole, stepMs, signal });
    return { ...columnsOf(full.data), notices };
  }
  return { series: cache.merge(key, whole, asked, series), histograms, notices };
}

export function noticesOf(answer: {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}): QueryResultMetaNotice[] {
  return [
    ...answer.warnings.map((text) => ({ severity: 'warning' as const, text })),
    ...answer.infos.map((text) => ({ severity: 'info' as const, text })),
  ];
}

/** Hangs notices on the first frame, where Grafana shows them in the panel's corner. */
export function withNotices(frames: DataFrame[], notices: readonly QueryResultMetaNotice[]): DataFrame[] {
  const [first, ...rest] = frames;
  if (first === undefined || notices.length === 0) return frames;
  return [
    { ...first, meta: { ...first.meta, notices: [...(first.meta?.notices ?? []), ...notices] } },
    ...rest,
  ];
}
