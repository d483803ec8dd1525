import {
  type DataLink,
  type DataQueryResponse,
  LoadingState,
  type QueryResultMetaNotice,
} from '@grafana/data';
import { ApiError, type ClientOptions, streamEvents } from '@statbar/sdk/query';
import { isStreamError, isStreamResult } from '@statbar/sdk/wire';
import { Observable } from 'rxjs';
import { columnsOf } from '../frames/columns.ts';
import { unitOf } from '../frames/units.ts';
import { askRange, type KindContext } from '../kinds/context.ts';
import type { StatBarQuery } from '../model/query.ts';
import { promDuration } from '../model/time.ts';
import { LiveBuffer } from './live-buffer.ts';

/** Not faster than once a second: a screen shows no more, and every evaluation costs. */
const INTERVAL_MIN_MS = 1000;
const INTERVAL_MAX_MS = 60_000;

/** How often a live query is evaluated: as often as its graph has a point. */
export function liveIntervalMs(stepMs: number): number {
  return Math.min(INTERVAL_MAX_MS, Math.max(INTERVAL_MIN_MS, Math.round(stepMs / 1000) * 1000));
}

export interface LiveRequest {
  readonly query: StatBarQuery;
  /** Its `signal` is not looked at: what unsubscribes ends the query. */
  readonly context: Omit<KindContext, 'signal'>;
  /** Tells this answer from others of the same panel. */
  readonly key: string;
  readonly links: readonly DataLink[];
  readonly stream: ClientOptions;
  /** How a pause before another attempt is made; given by tests. */
  readonly pause?: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * What is stored of the range, then every result as the service sends it. When the connection is cut, it goes on behind
 * the last event; what the service no longer has of the time between is asked for. Each answer is the whole window.
 */
export function liveAnswers(request: LiveRequest): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    run(request, abort.signal, (response) => subscriber.next(response)).then(
      () => subscriber.complete(),
      (error: unknown) => {
        if (!abort.signal.aborted) subscriber.error(error);
      },
    );
    return () => abort.abort();
  });
}

type Emit = (response: DataQueryResponse) => void;

async function run(request: LiveRequest, signal: AbortSignal, next: Emit): Promise<void> {
  const { query, key, links, stream } = request;
  const intervalMs = liveIntervalMs(request.context.stepMs);
  const context: KindContext = { ...request.context, signal, stepMs: intervalMs };
  const windowMs = context.toMs - context.fromMs;
  const buffer = new LiveBuffer(windowMs);
  const unit = unitOf(query.expr, await context.metadata());
  const options = {
    ...{ refId: query.refId, expression: query.expr, legend: query.legend, unit, links },
    stepMs: intervalMs,
  };
  const emit = (notices: readonly QueryResultMetaNotice[] = []): void =>
    next({ key, state: LoadingState.Streaming, data: [buffer.frame(options, notices)] });
  const stored = await askRange(context, query.expr);
  buffer.insert(stored.series);
  emit(stored.notices);
  const parameters = new URLSearchParams({ query: query.expr, interval: promDuration(intervalMs) });
  const events = streamEvents(stream, `/statbar/v1/stream?${parameters}`, {
    signal,
    ...(request.pause === undefined ? {} : { pause: request.pause }),
    onDrop: (reason) =>
      emit([{ severity: 'warning', text: `The stream was cut (${reason}); it is opened again.` }]),
  });
  for await (const event of events) {
    const data: unknown = JSON.parse(event.data);
    if (isStreamResult(data)) {
      await fillGap(context, query.expr, buffer, data.timeMs, intervalMs);
      buffer.append(data.timeMs, columnsOf(data.data).series);
      emit((data.warnings ?? []).map((text) => ({ severity: 'warning', text })));
    } else if (isStreamError(data)) emit([{ severity: 'error', text: data.error }]);
  }
}

/** Asks for what was missed; when that fails, the gap stays a gap. */
async function fillGap(
  context: KindContext,
  expression: string,
  buffer: LiveBuffer,
  untilMs: number,
  intervalMs: number,
): Promise<void> {
  const { lastMs } = buffer;
  if (lastMs === undefined || untilMs - lastMs <= 2 * intervalMs) return;
  const span = { fromMs: lastMs + intervalMs, toMs: untilMs - intervalMs };
  try {
    const answer = await context.client.range({
      ...{ query: expression, stepMs: intervalMs, signal: context.signal },
      ...span,
    });
    buffer.insert(columnsOf(answer.data).series);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
