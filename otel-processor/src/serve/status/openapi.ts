import { VERSION } from '../../base/index.ts';
import { alertPaths } from './openapi-alerts.ts';
import { insightPaths, insightSchemas } from './openapi-insight.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: unknown) => ({ 'application/json': { schema } });
const text = { 'text/plain': { schema: { type: 'string' } } };
const failed = (description: string) => ({ description, content: json(ref('Error')) });
const number = { type: 'number' };
const string = { type: 'string' };
const boolean = { type: 'boolean' };

function object(properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

function query(name: string, description: string, schema: unknown, required = false) {
  return { name, in: 'query', description, required, schema };
}

const refused = {
  '401': failed('No token, or one that is not known.'),
  '403': failed('The token lacks the scope.'),
};

const streamPath = {
  get: {
    summary: 'Results of an instant query as server-sent events',
    description:
      'Evaluated once per interval for all listeners of the same expression. `event: result` carries a StreamResult, `event: error` a StreamError. The id of an event is the time of its evaluation in milliseconds; after a lost connection, send it back as Last-Event-ID to go on without a gap. Who reads too slowly gets the newest result and, in `skipped`, the number left out.',
    parameters: [
      query('query', 'A PromQL expression.', string, true),
      query('interval', 'Time between evaluations, for example 1s (the default) or 250ms.', string),
      query('last_event_id', 'The same as the header Last-Event-ID.', string),
      { name: 'Last-Event-ID', in: 'header', description: 'Id of the last event seen.', schema: string },
    ],
    responses: {
      '200': {
        description: 'The stream.',
        content: { 'text/event-stream': { schema: ref('StreamResult') } },
      },
      '400': failed('The expression does not parse, or a parameter is wrong.'),
      '503': failed('Too many streams or listeners; see Retry-After.'),
      ...refused,
    },
  },
};

const statusSchema = object({
  version: string,
  startTimeMs: number,
  nowMs: number,
  ready: boolean,
  reason: { ...string, description: 'Why not ready; empty when ready.' },
  tenant: string,
  writable: boolean,
  seriesCount: number,
  sizesBytes: { type: 'object', additionalProperties: number },
  process: object({
    residentBytes: number,
    heapUsedBytes: number,
    cpuSeconds: number,
    eventLoopDelayP99Ms: number,
  }),
  metrics: {
    type: 'object',
    additionalProperties: number,
    description: 'The service\'s own metrics: `name{label="value"}` to value.',
  },
  links: object({ http: string, grpc: string, secure: boolean }),
});

/** OpenAPI 3.1 description of the routes that are StatBar's own; the others are described by their makers. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'StatBar',
    version: VERSION,
    description:
      'Routes of StatBar itself. Ingest follows OTLP/HTTP and Prometheus remote write 1.0, queries the Prometheus HTTP API.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  security: [{}, { token: [] }],
  paths: {
    '/statbar/v1/stream': streamPath,
    ...insightPaths,
    ...alertPaths,
    '/statbar/v1/status': {
      get: {
        summary: 'What the status page shows',
        responses: {
          '200': { description: 'The state now.', content: json(ref('ServiceStatus')) },
          ...refused,
        },
      },
    },
    '/statbar/v1/openapi.json': {
      get: {
        summary: 'This document',
        responses: { '200': { description: 'OpenAPI 3.1.', content: json({ type: 'object' }) }, ...refused },
      },
    },
    '/healthz': {
      get: {
        summary: 'Whether the process answers',
        security: [],
        responses: { '200': { description: 'ok', content: text } },
      },
    },
    '/readyz': {
      get: {
        summary: 'Whether traffic should come here',
        security: [],
        responses: {
          '200': { description: 'ready', content: text },
          '503': { description: 'not ready, and to readers why', content: text },
        },
      },
    },
    '/metrics': {
      get: {
        summary: "The service's own metrics in Prometheus text format 0.0.4",
        responses: { '200': { description: 'Metrics.', content: text }, ...refused },
      },
    },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token of `serve.tokens`.' } },
    schemas: {
      Error: object({ status: { const: 'error' }, errorType: string, error: string }),
      ServiceStatus: statusSchema,
      QueryData: object({
        resultType: { enum: ['vector', 'matrix', 'scalar', 'string'] },
        result: { type: 'array' },
      }),
      StreamResult: object(
        {
          timeMs: number,
          data: ref('QueryData'),
          warnings: { type: 'array', items: string },
          infos: { type: 'array', items: string },
          skipped: number,
        },
        ['warnings', 'infos', 'skipped'],
      ),
      ...insightSchemas,
      StreamError: object({ timeMs: number, errorType: string, error: string }),
    },
  },
};
