import { type DataQueryResponse, LoadingState, type QueryResultMetaNotice } from '@grafana/data';
import { ApiError, type ClientOptions, streamEvents } from '@statbar/sdk/query';
import { Observable } from 'rxjs';
import { type After, after } from '../base/timer.ts';
import { endSilence } from '../client/end-silence.ts';
import { columnsOf } from '../frames/columns.ts';
import type { LinksOf } from '../frames/series-frames.ts';
import { unitOf } from '../frames/units.ts';
import { askRange, type KindContext } from '../kinds/context.ts';
import type { StatBarQuery } from '../model/query.ts';
import { t } from '../texts.ts';
import { LiveBuffer } from './live-buffer.ts';
import { expressionSource, type LiveEvent, type LiveSource, viewSource } from './live-sources.ts';

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
  readonly linksOf: LinksOf;
  readonly stream: ClientOptions;
  /** How a pause before another attempt is made, and timers; given by tests. */
  readonly pause?: (durationMs: number, signal: AbortSignal) => Promise<void>;
  readonly after?: After;
}

/**
 * What is stored of the range, then every result as the service sends it. When the connection is cut, or falls silent, it
 * goes on behind the last event; what the service no longer has of the time between is asked for. Each answer is the
 * whole window. What will not get better is an answer with an error, so that the panel's other queries go on.
 */
export function liveAnswers(request: LiveRequest): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const live = new LiveRun(request, (response) => subscriber.next(response));
    live.run().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => live.stop();
  });
}

class LiveRun {
  readonly #request: LiveRequest;
  readonly #next: (response: DataQueryResponse) => void;
  readonly #abort = new AbortController();
  readonly #context: KindContext;
  readonly #intervalMs: number;
  readonly #source: LiveSource;
  #buffer: LiveBuffer;
  #cancelAnswer: (() => void) | undefined;
  #wasCut = false;

  constructor(request: LiveRequest, next: (response: DataQueryResponse) => void) {
    const { query, context } = request;
    this.#request = request;
    this.#next = next;
    this.#intervalMs = liveIntervalMs(context.stepMs);
    this.#context = { ...context, signal: this.#abort.signal, stepMs: this.#intervalMs };
    this.#source = query.kind === 'views' ? viewSource(query) : expressionSource(query, this.#intervalMs);
    this.#buffer = this.#newBuffer(undefined);
  }

  stop(): void {
    this.#abort.abort();
    this.#cancelAnswer?.();
  }

  /** Settles when it was stopped, or when there is nothing more to come. */
  async run(): Promise<void> {
    try {
      this.#buffer = this.#newBuffer(unitOf(this.#source.expression, await this.#context.metadata()));
      await this.#askStored();
      await this.#follow();
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      const { refId } = this.#request.query;
      this.#answer([], { message: error.message, refId });
    }
  }

  #newBuffer(unit: string | undefined): LiveBuffer {
    const { query, linksOf } = this.#request;
    return new LiveBuffer(this.#context.toMs - this.#context.fromMs, {
      ...{ refId: query.refId, expression: this.#source.expression, legend: query.legend, unit, linksOf },
      stepMs: this.#intervalMs,
    });
  }

  /** A service that cannot be reached yet may be when the stream is opened. */
  async #askStored(): Promise<void> {
    try {
      const stored = await askRange(this.#context, this.#source.expression);
      this.#buffer.insert(stored.series);
      this.#answer(stored.notices);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryable) throw error;
      this.#wasCut = true;
      this.#answer([{ severity: 'warning', text: t('live.cut', { reason: error.message }) }]);
    }
  }

  async #follow(): Promise<void> {
    const { stream, pause, after: afterGiven } = this.#request;
    const { path, silenceMaxMs } = this.#source;
    const silent = t('live.silent', { seconds: silenceMaxMs / 1000 });
    const fetch = endSilence(stream.fetch ?? globalThis.fetch, silenceMaxMs, silent, afterGiven);
    const events = streamEvents({ ...stream, fetch }, path, {
      signal: this.#abort.signal,
      ...(pause === undefined ? {} : { pause }),
      onDrop: (reason) => {
        this.#wasCut = true;
        this.#answer([{ severity: 'warning', text: t('live.cut', { reason }) }]);
      },
    });
    for await (const { data } of events) {
      const event = this.#source.read(JSON.parse(data), this.#buffer.lastMs);
      if (event !== undefined) await this.#take(event);
    }
  }

  async #take({ timeMs, series, notices, isAfterGap }: LiveEvent): Promise<void> {
    if (timeMs !== undefined) {
      if (isAfterGap || this.#wasCut) await this.#fillGap(timeMs);
      this.#wasCut = false;
      this.#buffer.append(timeMs, series);
    }
    this.#answerSoon(notices);
  }

  /** Asks for what was missed; when that fails, the gap stays a gap. */
  async #fillGap(untilMs: number): Promise<void> {
    const { client, fromMs, toMs, signal } = this.#context;
    const lastMs = this.#buffer.lastMs ?? 0;
    const firstMs = Math.max(lastMs + this.#intervalMs, untilMs - (toMs - fromMs));
    const span = { fromMs: firstMs, toMs: untilMs - this.#intervalMs };
    if (span.toMs < span.fromMs) return;
    try {
      const { data } = await client.range({
        ...{ query: this.#source.expression, stepMs: this.#intervalMs, signal },
        ...span,
      });
      this.#buffer.insert(columnsOf(data).series);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Events that come together are one answer: after a drop there are many. */
  #answerSoon(notices: readonly QueryResultMetaNotice[]): void {
    this.#cancelAnswer?.();
    this.#cancelAnswer = (this.#request.after ?? after)(0, () => this.#answer(notices));
  }

  #answer(notices: readonly QueryResultMetaNotice[], error?: { message: string; refId: string }): void {
    this.#cancelAnswer?.();
    this.#cancelAnswer = undefined;
    if (this.#abort.signal.aborted) return;
    this.#next({
      key: this.#request.key,
      state: error === undefined ? LoadingState.Streaming : LoadingState.Error,
      data: [this.#buffer.frame(notices)],
      ...(error === undefined ? {} : { errors: [error] }),
    });
  }
}
