import { type Clock, type Fault, formatDuration, isFault, permanent } from '../../base/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { ServeConfig } from '../config.ts';
import { durationParameter } from '../prometheus/parameters.ts';
import { viewStream } from '../views/routes.ts';
import { episodeStream } from '../watches/routes.ts';
import { withHeartbeats } from './heartbeat.ts';
import type { StreamHub } from './hub.ts';
import type { Listener } from './listener.ts';

const DEFAULT_INTERVAL_MS = 1000;

/** `GET /statbar/v1/stream?query=EXPR&interval=1s`: server-sent events (WHATWG HTML, section 9.2). */
export function addStreamRoute(api: Api, hub: StreamHub, clock: Clock, config: ServeConfig['stream']): void {
  const eventStreams = { view: viewStream, anomalies: episodeStream };
  api.route(['GET'], '/statbar/v1/stream', 'read', (request) => {
    for (const [name, open] of Object.entries(eventStreams)) {
      if (!request.parameters.has(name)) continue;
      const answer = open(request);
      if (isFault(answer) || answer.body === null) return answer;
      return new Response(withHeartbeats(answer.body, clock, config.heartbeat_interval), answer);
    }
    return stream(request, hub, config);
  });
}

async function stream(
  request: ApiRequest,
  hub: StreamHub,
  config: ServeConfig['stream'],
): Promise<Response | Fault> {
  const { parameters, headers, tenant } = request;
  const expression = parameters.get('query');
  if (expression === undefined)
    return permanent('invalid', 'invalid parameter "query": an expression is required');
  const intervalMs = durationParameter(parameters, 'interval') ?? DEFAULT_INTERVAL_MS;
  if (isFault(intervalMs)) return intervalMs;
  if (intervalMs < config.interval_min || intervalMs > config.interval_max) {
    return permanent(
      'invalid',
      `invalid parameter "interval": expected ${formatDuration(config.interval_min)} to ${formatDuration(config.interval_max)} (limits: serve.stream.interval_min, serve.stream.interval_max)`,
    );
  }
  const lastId = headers.get('last-event-id') ?? parameters.get('last_event_id');
  const lastTimeMs = lastId !== undefined && /^\d{1,15}$/.test(lastId) ? Number(lastId) : undefined;
  const listener = await hub.listen({ tenant, expression, intervalMs, lastTimeMs });
  if (isFault(listener)) return listener;
  return new Response(eventStream(listener, request.signal), {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
  });
}

/** Takes the next event only when the connection has taken the one before. */
function eventStream(listener: Listener, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  signal.addEventListener('abort', () => listener.close(), { once: true });
  if (signal.aborted) listener.close();
  return new ReadableStream(
    {
      async pull(controller) {
        const text = await listener.next();
        if (text === undefined) controller.close();
        else controller.enqueue(encoder.encode(text));
      },
      cancel() {
        listener.close();
      },
    },
    { highWaterMark: 0 },
  );
}
