import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { LabelSet, Matcher } from '../../model/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { QueryLanguage } from '../ports.ts';
import { answerData, answerPieces } from './answer.ts';
import { expressionSelectors } from './expression-selectors.ts';
import { unescapeName } from './label-name.ts';
import { valueText } from './number-text.ts';
import { limitParameter, type Parameters, rangeParameters } from './parameters.ts';
import { labelsJson } from './result-json.ts';

const both = ['GET', 'POST'] as const;
/** Selectors in one call. */
const SELECTORS_MAX = 1000;
const TRUNCATED = ['results truncated due to limit'];

/** `series`, `labels`, `label/<name>/values`, `metadata` and `query_exemplars`. */
export function addSeriesRoutes(api: Api, language: QueryLanguage): void {
  api.route(both, '/api/v1/series', 'read', (request) => series(request, language));
  api.route(both, '/api/v1/labels', 'read', (request) => labelNames(request, language));
  api.route(['GET'], '/api/v1/label/:name/values', 'read', (request) => labelValues(request, language));
  api.route(['GET'], '/api/v1/metadata', 'read', metadata);
  api.route(both, '/api/v1/query_exemplars', 'read', (request) => exemplars(request, language));
}

export function matcherSets(
  parameters: Parameters,
  language: QueryLanguage,
): readonly (readonly Matcher[])[] | Fault {
  const texts = parameters.all('match[]');
  if (texts.length > SELECTORS_MAX)
    return permanent('invalid', `more than ${SELECTORS_MAX} match[] parameters`);
  const sets: (readonly Matcher[])[] = [];
  for (const text of texts) {
    const matchers = language.parseSelector(text);
    if (isFault(matchers)) return permanent('invalid', `invalid parameter "match[]": ${matchers.message}`);
    sets.push(matchers);
  }
  return sets;
}

interface Listing {
  readonly sets: readonly (readonly Matcher[])[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

function listing(parameters: Parameters, language: QueryLanguage): Listing | Fault {
  const sets = matcherSets(parameters, language);
  if (isFault(sets)) return sets;
  const range = rangeParameters(parameters);
  if (isFault(range)) return range;
  const limit = limitParameter(parameters, 'limit');
  return isFault(limit) ? limit : { sets, ...range, limit };
}

async function series(request: ApiRequest, language: QueryLanguage): Promise<Response | Fault> {
  const asked = listing(request.parameters, language);
  if (isFault(asked)) return asked;
  if (asked.sets.length === 0) return permanent('invalid', 'no match[] parameter provided');
  const found = await request.tenant.querier.series(asked.sets, asked.fromMs, asked.toMs);
  return answerPieces(listPieces(found, asked.limit, labelsJson), request.headers);
}

function* listPieces(
  found: readonly LabelSet[],
  limit: number,
  print: (labels: LabelSet) => string,
): Generator<string> {
  const end = limit > 0 ? Math.min(limit, found.length) : found.length;
  let piece = '{"status":"success","data":[';
  for (let i = 0; i < end; i++) {
    piece += i > 0 ? `,${print(found[i])}` : print(found[i]);
    if (piece.length < 64 * 1024) continue;
    yield piece;
    piece = '';
  }
  const warnings = end < found.length ? `,"warnings":${JSON.stringify(TRUNCATED)}` : '';
  yield `${piece}]${warnings}}`;
}

async function labelNames(request: ApiRequest, language: QueryLanguage): Promise<Response | Fault> {
  const asked = listing(request.parameters, language);
  if (isFault(asked)) return asked;
  const names = await request.tenant.querier.labelNames(asked.sets, asked.fromMs, asked.toMs);
  return answerList(names, asked.limit);
}

async function labelValues(request: ApiRequest, language: QueryLanguage): Promise<Response | Fault> {
  const name = unescapeName(request.segment('name'));
  if (name === '') return permanent('invalid', 'invalid label name: ""');
  const asked = listing(request.parameters, language);
  if (isFault(asked)) return asked;
  const values = await request.tenant.querier.labelValues(name, asked.sets, asked.fromMs, asked.toMs);
  return answerList(values, asked.limit);
}

function answerList(texts: readonly string[], limit: number): Response {
  if (limit === 0 || texts.length <= limit) return answerData(texts);
  return answerData(texts.slice(0, limit), TRUNCATED);
}

function metadata({ parameters, tenant }: ApiRequest): Response | Fault {
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const perMetric = limitParameter(parameters, 'limit_per_metric');
  if (isFault(perMetric)) return perMetric;
  const data = new Map<string, unknown>();
  for (const [metricName, entries] of tenant.querier.metadata(parameters.get('metric'))) {
    if (limit > 0 && data.size === limit) break;
    const shown = perMetric > 0 ? entries.slice(0, perMetric) : entries;
    data.set(
      metricName,
      shown.map(({ type, help, unit }) => ({ type, help, unit })),
    );
  }
  return answerData(Object.fromEntries(data));
}

async function exemplars(
  { parameters, tenant }: ApiRequest,
  language: QueryLanguage,
): Promise<Response | Fault> {
  const range = rangeParameters(parameters);
  if (isFault(range)) return range;
  const sets = expressionSelectors(parameters.get('query') ?? '', language);
  if (isFault(sets)) return sets;
  const found = await tenant.querier.exemplars(sets, range.fromMs, range.toMs);
  return answerData(
    found.map(({ labels, exemplars: ofSeries }) => ({
      seriesLabels: labels.toRecord(),
      exemplars: ofSeries.map((exemplar) => ({
        labels: exemplar.labels.toRecord(),
        value: valueText(exemplar.value),
        timestamp: exemplar.timestampMs / 1000,
      })),
    })),
  );
}
