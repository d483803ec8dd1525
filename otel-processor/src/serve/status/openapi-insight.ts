const string = { type: 'string' };
const number = { type: 'number' };
const integer = { type: 'integer' };
const maybeNumber = { type: ['number', 'null'] };
const labels = { type: 'object', additionalProperties: string };
const list = (items: unknown) => ({ type: 'array', items });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function object(properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

function query(name: string, description: string, schema: unknown = string, required = false) {
  return { name, in: 'query', description, required, schema };
}

function answer(description: string, data: string) {
  const schema = object({ status: { const: 'success' }, data: ref(data) });
  return { description, content: { 'application/json': { schema } } };
}

function refusal(description: string) {
  return { description, content: { 'application/json': { schema: ref('Error') } } };
}

const refused = {
  '400': refusal('A parameter is wrong, or the expression is.'),
  '401': refusal('No token, or one that is not known.'),
  '403': refusal('The token lacks the scope read.'),
  '404': refusal('Nothing is watched, or the expression has no series then.'),
};

/** Routes of anomalies, explanations and forecasts. */
export const insightPaths = {
  '/statbar/v1/anomalies': {
    get: {
      summary: 'Episodes of watched signals, the latest start first',
      parameters: [
        query('active', 'true: only those that last; false: only those that have ended.', {
          type: 'boolean',
        }),
        query('from', 'Those of which some part lies after: seconds or RFC 3339.'),
        query('to', 'Those of which some part lies before.'),
        query('min_score', 'The least score at the peak.', number),
        query('match[]', 'Selectors over labels and, as __name__, the signal; any of several.', list(string)),
        query('limit', 'At most so many: 100 when absent, up to 1000.', integer),
        query('cursor', 'nextCursor of the answer before.'),
      ],
      responses: { '200': answer('Episodes.', 'EpisodeList'), ...refused },
    },
  },
  '/statbar/v1/explain': {
    get: {
      summary: 'Which label values account for the change of a total, or of a ratio of totals',
      parameters: [
        query('query', 'For example sum(rate(x[5m])) or sum(a) / sum(b).', string, true),
        query('at', 'When: seconds or RFC 3339; now when absent.'),
        query('by', 'Labels to look at, with commas; all when absent.'),
        query('against', 'before, or a duration such as 1d: the same time so much earlier.'),
        query('step', 'Time between the steps of the past.'),
      ],
      responses: { '200': answer('Explanations, the best first.', 'ExplainAnswer'), ...refused },
    },
  },
  '/statbar/v1/forecast': {
    get: {
      summary: 'How the series of an expression go on, with prediction intervals',
      parameters: [
        query('query', 'A PromQL expression.', string, true),
        query('horizon', 'How far; 6h when absent.'),
        query('step', 'Between steps; one that suits the horizon when absent.'),
        query('levels', 'Of the intervals; 0.8,0.95 when absent.'),
        query('history', 'How far back it looks.'),
        query('at', 'Where the history ends; now when absent.'),
        query('threshold', 'Give the probability of having crossed it, too.', number),
        query('direction', 'above (the default) or below the threshold.', { enum: ['above', 'below'] }),
        query('time_zone', 'IANA name; UTC when absent.'),
      ],
      responses: { '200': answer('Forecasts.', 'ForecastAnswer'), ...refused },
    },
  },
};

export const insightSchemas = {
  Explanation: object({
    labels,
    share: { ...maybeNumber, description: 'Of the change, the part that these series account for.' },
    surprise: { ...number, description: 'By their own past, as a natural logarithm.' },
    expected: maybeNumber,
    actual: maybeNumber,
  }),
  RelatedSignal: object({
    signal: string,
    labels,
    onsetMs: maybeNumber,
    leadMs: { ...number, description: 'Positive when it moved first.' },
    correlation: number,
    lift: maybeNumber,
  }),
  Episode: object({
    id: string,
    signal: string,
    labels,
    startMs: number,
    peakMs: number,
    endMs: { ...maybeNumber, description: 'Null while it lasts.' },
    score: { ...number, description: '1 and over is anomalous.' },
    expected: maybeNumber,
    actual: maybeNumber,
    direction: { enum: ['above', 'below'] },
    why: list(string),
    explanation: list(ref('Explanation')),
    related: list(ref('RelatedSignal')),
  }),
  EpisodeList: object({ episodes: list(ref('Episode')), nextCursor: { type: ['string', 'null'] } }),
  ExplainAnswer: object(
    {
      query: string,
      atMs: number,
      kind: { enum: ['sum', 'ratio'] },
      expected: maybeNumber,
      actual: maybeNumber,
      by: list(string),
      labelsMax: integer,
      baseline: object({ fromMs: number, toMs: number, stepMs: number }),
      seriesCount: integer,
      note: { ...string, description: 'Where finer steps or longer ranges than asked for were looked at.' },
      explanations: list(ref('Explanation')),
      related: list(ref('RelatedSignal')),
    },
    ['note'],
  ),
  ForecastSeries: object(
    {
      labels,
      times: list(number),
      mean: list(maybeNumber),
      lower: list(list(maybeNumber)),
      upper: list(list(maybeNumber)),
      crossing: object({
        threshold: number,
        direction: { enum: ['above', 'below'] },
        probability: list(number),
        likelyMs: maybeNumber,
      }),
    },
    ['crossing'],
  ),
  ForecastAnswer: object({
    query: string,
    horizonMs: number,
    stepMs: number,
    levels: list(number),
    series: list(ref('ForecastSeries')),
  }),
};
