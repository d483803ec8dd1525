import { pauseFor } from '../base/pause.ts';
import { ApiError, type ClientOptions } from '../http/caller.ts';
import { isPrometheusError } from '../wire/check.ts';
import { EventStreamParser, type ServerSentEvent } from './events.ts';

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** Of the last event that was seen: the service goes on behind it. */
  readonly lastEventId?: string;
  /** How a pause is made; given by tests. */
  readonly pause?: (durationMs: number, signal: AbortSignal) => Promise<void>;
  /** Told when the stream was cut and will be opened again. */
  readonly onDrop?: (reason: string, pauseMs: number) => void;
}

const pauseMinMs = 500;
const pauseMaxMs = 15_000;

/**
 * Events of a stream, without end: when it is cut it is opened again behind the last event, after a pause that
 * doubles. Rejects with an `ApiError` only for what will not get better (a wrong query, no permission); ends when
 * `signal` is aborted.
 */
export async function* streamEvents(
  client: ClientOptions,
  path: string,
  { signal, lastEventId = '', pause = pauseFor, onDrop }: StreamOptions,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let lastId = lastEventId;
  let pauseMs = pauseMinMs;
  while (!signal.aborted) {
    let reason = 'the stream ended';
    try {
      for await (const event of openStream(client, path, lastId, signal)) {
        lastId = event.id;
        pauseMs = pauseMinMs;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && !error.retryable) throw error;
      reason = error instanceof Error ? error.message : String(error);
    }
    if (signal.aborted) return;
    onDrop?.(reason, pauseMs);
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMaxMs, pauseMs * 2);
  }
}

async function* openStream(
  { baseUrl, token, fetch = globalThis.fetch }: ClientOptions,
  path: string,
  lastId: string,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (lastId !== '') headers['Last-Event-ID'] = lastId;
  const response = await fetch(baseUrl.replace(/\/+$/, '') + path, { headers, signal });
  if (!response.ok || response.body === null) {
    const answer: unknown = await response.json().catch(() => undefined);
    const text = isPrometheusError(answer) ? answer.error : `the service answered ${response.status}`;
    throw new ApiError(text, response.status);
  }
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
