import { type Fault, permanent } from '../../base/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import { streamView } from './stream.ts';

/** `GET /statbar/v1/views`: every view with its lag, counts and memory, and examples of late events. */
export function addViewRoutes(api: Api, nowMs: () => number): void {
  api.route(['GET'], '/statbar/v1/views', 'read', ({ tenant }) => {
    const views = tenant.events.views().map((view) => ({
      name: view.name,
      source: view.source,
      state: view.state,
      progress: view.progress,
      origin: view.origin,
      since: view.sinceMs,
      watermark: Number.isFinite(view.watermarkMs) ? view.watermarkMs : null,
      lagMs: Number.isFinite(view.watermarkMs) ? Math.max(0, nowMs() - view.watermarkMs) : null,
      keys: view.keyCount,
      openSessions: view.openSessions,
      bytes: view.sizeBytes,
      events: view.eventCount,
      late: view.tooLateCount,
      overflow: view.overflowCount,
    }));
    // Their attributes are for administrators: see the route of late events.
    const lateEvents = tenant.events
      .lateEvents()
      .map(({ view, name, timestampMs, watermarkMs }) => ({ view, name, timestampMs, watermarkMs }));
    return Response.json({ status: 'success', data: { views, lateEvents } });
  });
}

/** `GET /statbar/v1/stream?view=NAME`: the results of a view as they are emitted. */
export function viewStream({ tenant, parameters, signal }: ApiRequest): Response | Fault {
  const name = parameters.get('view') ?? '';
  if (!tenant.events.hasView(name)) return permanent('not_found', `there is no view ${name.slice(0, 200)}`);
  return new Response(streamView(tenant.events, name, signal), {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
  });
}
