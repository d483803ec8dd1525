import type { WatchedSignal, WatchList } from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { SignalStatus } from '../../watch/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import { answerData } from '../prometheus/answer.ts';
import { limitParameter } from '../prometheus/parameters.ts';
import type { AnomalyDoors } from '../tenant.ts';
import { streamEpisodes } from './stream.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 10_000;

/** `GET /statbar/v1/watches`: how watching stands, and the watched signals, the highest score first. */
export function addWatchRoutes(api: Api): void {
  api.route(['GET'], '/statbar/v1/watches', 'read', (request) => listWatches(request));
}

function listWatches({ parameters, tenant }: ApiRequest): Response | Fault {
  const doors = watched(tenant.anomalies);
  if (isFault(doors)) return doors;
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const signals = doors.signals(Math.min(limit === 0 ? LIMIT_DEFAULT : limit, LIMIT_MAX));
  const list: WatchList = { ...doors.status(), watches: signals.map(signalOf) };
  return answerData(list);
}

/** `GET /statbar/v1/stream?anomalies`: episodes as they begin, change and end. */
export function episodeStream({ tenant, signal }: ApiRequest): Response | Fault {
  const doors = watched(tenant.anomalies);
  if (isFault(doors)) return doors;
  return new Response(streamEpisodes(doors, signal), {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
  });
}

function watched(doors: AnomalyDoors | undefined): AnomalyDoors | Fault {
  return doors ?? permanent('not_found', 'no signal is watched (configuration: watch.enabled)');
}

/** JSON has no NaN: null is no number. */
function signalOf(status: SignalStatus): WatchedSignal {
  const { actual, expected, lower, upper } = status;
  return {
    ...status,
    actual: numberOf(actual),
    expected: numberOf(expected),
    lower: numberOf(lower),
    upper: numberOf(upper),
  };
}

function numberOf(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
