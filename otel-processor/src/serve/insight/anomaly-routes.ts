import type { EpisodeList, Episode as WireEpisode } from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { EpisodeFilter, EpisodePosition, Matcher } from '../../model/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { QueryLanguage } from '../ports.ts';
import { answerData } from '../prometheus/answer.ts';
import { limitParameter, type Parameters, TIME_MAX_MS, timeParameter } from '../prometheus/parameters.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1000;

/** `GET /statbar/v1/anomalies`: episodes of watched signals, the latest start first. */
export function addAnomalyRoutes(api: Api, language: QueryLanguage): void {
  api.route(['GET'], '/statbar/v1/anomalies', 'read', (request) => listEpisodes(request, language));
}

function listEpisodes({ parameters, tenant }: ApiRequest, language: QueryLanguage): Response | Fault {
  const filter = filterOf(parameters, language);
  if (isFault(filter)) return filter;
  if (tenant.anomalies === undefined)
    return permanent('not_found', 'no signal is watched (configuration: watch.enabled)');
  // One more than wanted says whether there are any more.
  const found = tenant.anomalies.list({ ...filter, limit: filter.limit + 1 });
  const episodes: readonly WireEpisode[] = found.slice(0, filter.limit);
  const last = episodes[episodes.length - 1];
  const more = found.length > filter.limit && last !== undefined;
  const list: EpisodeList = { episodes, nextCursor: more ? cursorOf(last) : null };
  return answerData(list);
}

function filterOf(parameters: Parameters, language: QueryLanguage): EpisodeFilter | Fault {
  const fromMs = timeParameter(parameters, 'from', -TIME_MAX_MS);
  if (isFault(fromMs)) return fromMs;
  const toMs = timeParameter(parameters, 'to', TIME_MAX_MS);
  if (isFault(toMs)) return toMs;
  const active = parameters.get('active');
  if (active !== undefined && active !== 'true' && active !== 'false')
    return permanent('invalid', 'invalid parameter "active": expected true or false');
  const scoreMin = Number(parameters.get('min_score') ?? 0);
  if (!Number.isFinite(scoreMin))
    return permanent('invalid', 'invalid parameter "min_score": expected a number');
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const cursor = parameters.get('cursor');
  const after = cursor === undefined ? undefined : positionOf(cursor);
  if (isFault(after)) return after;
  const matcherSets: (readonly Matcher[])[] = [];
  for (const text of parameters.all('match[]')) {
    const matchers = language.parseSelector(text);
    if (isFault(matchers)) return matchers;
    matcherSets.push(matchers);
  }
  return {
    active: active === undefined ? undefined : active === 'true',
    fromMs,
    toMs,
    scoreMin,
    matcherSets,
    after,
    limit: Math.min(limit === 0 ? LIMIT_DEFAULT : limit, LIMIT_MAX),
  };
}

function cursorOf({ startMs, id }: EpisodePosition): string {
  return Buffer.from(`${startMs}:${id}`).toString('base64url');
}

function positionOf(cursor: string): EpisodePosition | Fault {
  const match = /^(-?\d+):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) return permanent('invalid', 'invalid parameter "cursor": not one that an answer gave');
  return { startMs: Number(match[1]), id: match[2] };
}
