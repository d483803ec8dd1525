import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { Api } from '../api.ts';
import type { Parameters } from '../prometheus/parameters.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 10_000;

/**
 * `GET /statbar/v1/events/dead-letters?reason=&limit=`: the refused events that were kept, the newest first. They hold
 * what clients sent, so they are for administrators.
 */
export function addDeadLetterRoute(api: Api): void {
  api.route(['GET'], '/statbar/v1/events/dead-letters', 'admin', async ({ tenant, parameters }) => {
    const limit = Number(parameters.get('limit') ?? LIMIT_DEFAULT);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
      return permanent(
        'invalid',
        `invalid parameter "limit": expected a whole number from 1 to ${LIMIT_MAX}`,
      );
    }
    const { deadLetters } = tenant.events;
    if (deadLetters === undefined) {
      return permanent('not_found', 'dead letters are not kept (see events.dead_letters.size_max)');
    }
    const lines = await deadLetters();
    if (isFault(lines)) return lines;
    const reason = parameters.get('reason');
    const found: unknown[] = [];
    for (const line of lines) {
      if (found.length === limit) break;
      const letter = parsed(line);
      if (letter !== undefined && (reason === undefined || letter['reason'] === reason)) found.push(letter);
    }
    return Response.json({ status: 'success', data: { deadLetters: found } });
  });
}

/**
 * `GET /statbar/v1/events/late?view=&limit=`: the last events of each view that came too late for all its windows, view
 * by view, the latest to arrive first.
 */
export function addLateEventRoute(api: Api): void {
  api.route(['GET'], '/statbar/v1/events/late', 'admin', ({ tenant, parameters }) => {
    const limit = limitOf(parameters);
    if (isFault(limit)) return limit;
    const view = parameters.get('view');
    if (view !== undefined && !tenant.events.hasView(view)) {
      return permanent('not_found', `there is no view ${view.slice(0, 200)}`);
    }
    const events = tenant.events.lateEvents().filter((event) => view === undefined || event.view === view);
    return Response.json({ status: 'success', data: { lateEvents: [...events].reverse().slice(0, limit) } });
  });
}

function limitOf(parameters: Parameters): number | Fault {
  const limit = Number(parameters.get('limit') ?? LIMIT_DEFAULT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  return permanent('invalid', `invalid parameter "limit": expected a whole number from 1 to ${LIMIT_MAX}`);
}

/** A line that a failing disk left is not worth an error. */
function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
