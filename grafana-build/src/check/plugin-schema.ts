/**
 * What a plugin.json may hold, as a JSON schema of our own after Grafana's reference ("plugin.json reference",
 * Grafana developer portal). Stricter than the reference where a catalog review would ask: links and logos exist.
 */
const path = { type: 'string', pattern: '^[^./][^\\\\]*$' } as const;
const text = { type: 'string', minLength: 1 } as const;
const flag = { type: 'boolean' } as const;

const link = {
  type: 'object',
  required: ['name', 'url'],
  additionalProperties: false,
  properties: { name: text, url: { type: 'string', pattern: '^https://' }, target: { type: 'string' } },
} as const;

const info = {
  type: 'object',
  required: ['logos', 'version', 'updated', 'keywords', 'description', 'author'],
  additionalProperties: false,
  properties: {
    author: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: text, url: { type: 'string', pattern: '^https://' }, email: text },
    },
    description: text,
    keywords: { type: 'array', minItems: 1, uniqueItems: true, items: text },
    links: { type: 'array', items: link },
    logos: {
      type: 'object',
      required: ['small', 'large'],
      additionalProperties: false,
      properties: { small: path, large: path },
    },
    screenshots: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'path'],
        additionalProperties: false,
        properties: { name: text, path },
      },
    },
    version: { type: 'string', pattern: '^(\\d+\\.\\d+\\.\\d+.*|%VERSION%)$' },
    updated: { type: 'string', pattern: '^(\\d{4}-\\d{2}-\\d{2}|%TODAY%)$' },
  },
} as const;

const dependencies = {
  type: 'object',
  required: ['grafanaDependency'],
  additionalProperties: false,
  properties: {
    grafanaDependency: { type: 'string', pattern: '^(<=|>=|<|>|=|~|\\^)?\\d+\\.(\\d+|x)(\\.(\\d+|x))?.*$' },
    plugins: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'name', 'type'],
        additionalProperties: false,
        properties: { id: text, name: text, type: { enum: ['app', 'datasource', 'panel'] }, version: text },
      },
    },
    extensions: { type: 'object' },
  },
} as const;

const route = {
  type: 'object',
  required: ['path'],
  additionalProperties: false,
  properties: {
    path: { type: 'string' },
    url: { type: 'string' },
    method: { type: 'string' },
    reqRole: { enum: ['Viewer', 'Editor', 'Admin', ''] },
    reqAction: { type: 'string' },
    headers: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'content'],
        additionalProperties: false,
        properties: { name: text, content: text },
      },
    },
    urlParams: { type: 'array' },
    body: { type: 'object' },
    tokenAuth: { type: 'object' },
    jwtTokenAuth: { type: 'object' },
  },
} as const;

export const pluginSchema = {
  type: 'object',
  required: ['type', 'name', 'id', 'info', 'dependencies'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    type: { enum: ['app', 'datasource', 'panel'] },
    name: text,
    id: { type: 'string', pattern: '^[0-9a-z]+-([0-9a-z]+-)?(app|panel|datasource)$' },
    info,
    dependencies,
    alerting: flag,
    annotations: flag,
    autoEnabled: flag,
    backend: flag,
    category: {
      enum: ['tsdb', 'logging', 'cloud', 'tracing', 'profiling', 'sql', 'enterprise', 'iot', 'other'],
    },
    docsPath: text,
    executable: text,
    extensions: { type: 'object' },
    hideFromList: flag,
    iam: { type: 'object' },
    includes: { type: 'array' },
    languages: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', pattern: '^[a-z]{2}-[A-Z]{2}$' },
    },
    logs: flag,
    metrics: flag,
    multiValueFilterOperators: flag,
    preload: flag,
    queryOptions: {
      type: 'object',
      additionalProperties: false,
      properties: { maxDataPoints: flag, minInterval: flag, cacheTimeout: flag },
    },
    roles: { type: 'array' },
    routes: { type: 'array', items: route },
    skipDataQuery: flag,
    state: { enum: ['alpha', 'beta'] },
    streaming: flag,
    suggestions: flag,
    tracing: flag,
  },
} as const;
