import { type Fault, isFault, permanent, VERSION } from '../../base/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { QueryLanguage } from '../ports.ts';
import { PROMETHEUS_VERSION } from '../version.ts';
import { answerData } from './answer.ts';
import { limitParameter, rangeParameters } from './parameters.ts';
import { matcherSets } from './series-routes.ts';

export interface StatusFacts {
  readonly startTimeMs: number;
  /** The whole configuration as YAML, secrets left out. */
  configYaml(): string;
  readonly flags: Readonly<Record<string, string>>;
  readonly retentionText: string;
  /** Reads the configuration again and takes of it what can be taken without a restart. */
  reload(): Promise<Fault | undefined>;
  nowMs(): number;
}

const TSDB_LIMIT = 10;
const TSDB_LIMIT_MAX = 10_000;

/** `status/*` and the administration of stored data. */
export function addStatusRoutes(api: Api, facts: StatusFacts, language: QueryLanguage): void {
  const get = ['GET'] as const;
  api.route(get, '/api/v1/status/buildinfo', 'read', () => answerData(buildInfo()));
  api.route(get, '/api/v1/status/config', 'read', () => answerData({ yaml: facts.configYaml() }));
  api.route(get, '/api/v1/status/flags', 'read', () => answerData(facts.flags));
  api.route(get, '/api/v1/status/runtimeinfo', 'read', ({ tenant }) =>
    answerData({
      startTime: new Date(facts.startTimeMs).toISOString(),
      CWD: '',
      hostname: '',
      serverTime: new Date(facts.nowMs()).toISOString(),
      reloadConfigSuccess: true,
      lastConfigTime: new Date(facts.startTimeMs).toISOString(),
      corruptionCount: 0,
      timeSeriesCount: tenant.querier.statistics(0).seriesCount,
      goroutineCount: 0,
      GOMAXPROCS: 1,
      GOMEMLIMIT: 0,
      GOGC: '',
      GODEBUG: '',
      storageRetention: facts.retentionText,
    }),
  );
  api.route(['POST', 'PUT'], '/-/reload', 'admin', async () => {
    return (await facts.reload()) ?? new Response(null, { status: 200 });
  });
  api.route(get, '/api/v1/status/tsdb', 'read', tsdb);
  api.route(['POST', 'PUT'], '/api/v1/admin/tsdb/delete_series', 'admin', (request) =>
    deleteSeries(request, language),
  );
  api.route(['POST', 'PUT'], '/api/v1/admin/tsdb/clean_tombstones', 'admin', async ({ tenant }) => {
    return (await tenant.cleanTombstones()) ?? new Response(null, { status: 204 });
  });
}

function buildInfo(): Record<string, string> {
  return {
    version: PROMETHEUS_VERSION,
    revision: '',
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
    application: 'StatBar',
    statbarVersion: VERSION,
  };
}

function tsdb({ parameters, tenant }: ApiRequest): Response | Fault {
  const asked = limitParameter(parameters, 'limit');
  if (isFault(asked)) return asked;
  if (asked > TSDB_LIMIT_MAX)
    return permanent('invalid', `invalid parameter "limit": at most ${TSDB_LIMIT_MAX}`);
  const statistics = tenant.querier.statistics(asked === 0 ? TSDB_LIMIT : asked);
  const named = (entries: ReadonlyArray<readonly [string, number]>) =>
    entries.map(([name, value]) => ({ name, value }));
  return answerData({
    headStats: {
      numSeries: statistics.seriesCount,
      numLabelPairs: statistics.labelPairCount,
      chunkCount: statistics.chunkCount,
      minTime: finite(statistics.minTimeMs),
      maxTime: finite(statistics.maxTimeMs),
    },
    seriesCountByMetricName: named(statistics.seriesCountByMetricName),
    labelValueCountByLabelName: named(statistics.labelValueCountByLabelName),
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: named(statistics.seriesCountByLabelPair),
  });
}

function finite(timeMs: number): number {
  return Number.isFinite(timeMs) ? timeMs : 0;
}

async function deleteSeries(
  { parameters, tenant }: ApiRequest,
  language: QueryLanguage,
): Promise<Response | Fault> {
  const sets = matcherSets(parameters, language);
  if (isFault(sets)) return sets;
  if (sets.length === 0) return permanent('invalid', 'no match[] parameter provided');
  const range = rangeParameters(parameters);
  if (isFault(range)) return range;
  for (const matchers of sets) {
    const deleted = await tenant.deleteSeries(matchers, range.fromMs, range.toMs);
    if (isFault(deleted)) return deleted;
  }
  return new Response(null, { status: 204 });
}
