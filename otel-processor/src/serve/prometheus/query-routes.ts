import { type Clock, type Fault, isFault, permanent } from '../../base/index.ts';
import type { QueryOptions } from '../../query/types.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { QueryLanguage } from '../ports.ts';
import { answerData, answerPieces } from './answer.ts';
import { durationParameter, limitParameter, type Parameters, timeParameter } from './parameters.ts';
import { resultPieces } from './result-json.ts';

const both = ['GET', 'POST'] as const;

/** `query`, `query_range`, `format_query` and `parse_query`. */
export function addQueryRoutes(api: Api, clock: Clock, language: QueryLanguage, stepsMax: number): void {
  api.route(both, '/api/v1/query', 'read', (request) => instantQuery(request, clock));
  api.route(both, '/api/v1/query_range', 'read', (request) => rangeQuery(request, stepsMax));
  api.route(both, '/api/v1/format_query', 'read', ({ parameters }) =>
    withText(language.formatExpression(expressionOf(parameters))),
  );
  api.route(both, '/api/v1/parse_query', 'read', ({ parameters }) =>
    withText(language.parseExpressionJson(expressionOf(parameters))),
  );
}

function withText(data: unknown): Response | Fault {
  return isFault(data) ? data : answerData(data);
}

function expressionOf(parameters: Parameters): string {
  return parameters.get('query') ?? '';
}

async function instantQuery(request: ApiRequest, clock: Clock): Promise<Response | Fault> {
  const { parameters, tenant } = request;
  const timeMs = timeParameter(parameters, 'time', clock.nowMs());
  if (isFault(timeMs)) return timeMs;
  const options = queryOptions(request);
  if (isFault(options)) return options;
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const result = await tenant.engine.instant(expressionOf(parameters), { ...options, timeMs });
  if (isFault(result)) return result;
  return answerPieces(resultPieces(result, { limit, stats: wantsStats(parameters) }), request.headers);
}

async function rangeQuery(request: ApiRequest, stepsMax: number): Promise<Response | Fault> {
  const { parameters, tenant } = request;
  const fromMs = timeParameter(parameters, 'start', undefined);
  if (isFault(fromMs)) return fromMs;
  const toMs = timeParameter(parameters, 'end', undefined);
  if (isFault(toMs)) return toMs;
  if (toMs < fromMs) {
    return permanent('invalid', 'invalid parameter "end": end timestamp must not be before start time');
  }
  const stepMs = stepOf(parameters);
  if (isFault(stepMs)) return stepMs;
  if ((toMs - fromMs) / stepMs > stepsMax) {
    return permanent(
      'invalid',
      `exceeded maximum resolution of ${stepsMax} points per timeseries (limit: query.steps_max). Try decreasing the query resolution (?step=XX)`,
    );
  }
  const options = queryOptions(request);
  if (isFault(options)) return options;
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const result = await tenant.engine.range(expressionOf(parameters), { ...options, fromMs, toMs, stepMs });
  if (isFault(result)) return result;
  return answerPieces(resultPieces(result, { limit, stats: wantsStats(parameters) }), request.headers);
}

function stepOf(parameters: Parameters): number | Fault {
  const stepMs = durationParameter(parameters, 'step');
  if (isFault(stepMs)) return stepMs;
  if (stepMs === undefined)
    return permanent('invalid', 'invalid parameter "step": cannot parse "" to a valid duration');
  if (stepMs <= 0) {
    return permanent(
      'invalid',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  return stepMs;
}

function queryOptions({ parameters, signal }: ApiRequest): QueryOptions | Fault {
  const timeoutMs = durationParameter(parameters, 'timeout');
  if (isFault(timeoutMs)) return timeoutMs;
  const lookbackMs = durationParameter(parameters, 'lookback_delta');
  if (isFault(lookbackMs)) return lookbackMs;
  return {
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs === undefined || lookbackMs <= 0 ? {} : { lookbackMs }),
  };
}

function wantsStats(parameters: Parameters): boolean {
  return parameters.get('stats') !== undefined;
}
