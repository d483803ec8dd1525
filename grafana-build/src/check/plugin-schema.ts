/**
 * What a plugin.json may hold, as a JSON schema of our own after Grafana's reference ("plugin.json reference",
 * Grafana developer portal). Stricter than the reference where a catalog review would ask: links and logos exist.
 */
/** Relative to the plugin, without a dot or a slash in front. */
const path = { type: 'string', pattern: '^(?![a-z]+:)[^./][^\\\\]*$' } as const;
const text = { type: 'string', minLength: 1 } as const;
const flag = { type: 'boolean' } as const;

const role = { enum: ['None', 'Viewer', 'Editor', 'Admin', 'Grafana Admin', ''] } as const;
/** `>=1.2.3`, also several of them, and with the part of a version before its release. */
const range = '(<=|>=|<|>|=|~|\\^)?\\d+\\.(\\d+|x)(\\.(\\d+|x))?(-[0-9A-Za-z.-]+)?';

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
    grafanaDependency: { type: 'string', pattern: `^${range}(( \\\\|\\\\|)? ${range})*$` },
    plugins: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'name', 'type'],
        additionalProperties: false,
        properties: { id: text, name: text, type: { enum: ['app', 'datasource', 'panel'] }, version: text },
      },
    },
    extensions: {
      type: 'object',
      additionalProperties: false,
      properties: { exposedComponents: { type: 'array', uniqueItems: true, items: text } },
    },
  },
} as const;

const include = {
  type: 'object',
  required: ['type', 'name'],
  additionalProperties: false,
  properties: {
    uid: text,
    type: { enum: ['dashboard', 'page', 'panel', 'datasource'] },
    name: text,
    component: text,
    role,
    action: text,
    path,
    addToNav: flag,
    defaultNav: flag,
    icon: text,
  },
} as const;

const permission = {
  type: 'object',
  required: ['action'],
  additionalProperties: false,
  properties: { action: text, scope: text },
} as const;

const roleGrant = {
  type: 'object',
  required: ['role', 'grants'],
  additionalProperties: false,
  properties: {
    role: {
      type: 'object',
      required: ['name', 'permissions'],
      additionalProperties: false,
      properties: { name: text, description: text, permissions: { type: 'array', items: permission } },
    },
    grants: { type: 'array', items: role },
  },
} as const;

const titled = {
  type: 'object',
  required: ['title'],
  additionalProperties: false,
  properties: {
    id: text,
    title: text,
    description: text,
    targets: { anyOf: [{ type: 'array', items: text }, text] },
  },
} as const;

const extensions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    addedComponents: { type: 'array', items: titled },
    addedLinks: { type: 'array', items: titled },
    addedFunctions: { type: 'array', items: titled },
    exposedComponents: { type: 'array', items: titled },
    extensionPoints: { type: 'array', items: { ...titled, required: ['id'] } },
  },
} as const;

const nameAndContent = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'content'],
    additionalProperties: false,
    properties: { name: text, content: text },
  },
} as const;

const tokenAuth = {
  type: 'object',
  required: ['url', 'params'],
  additionalProperties: false,
  properties: { url: text, scopes: { type: 'array', items: text }, params: { type: 'object' } },
} as const;

const route = {
  type: 'object',
  required: ['path'],
  additionalProperties: false,
  properties: {
    path: { type: 'string' },
    url: { type: 'string' },
    method: { type: 'string' },
    reqRole: role,
    reqAction: { type: 'string' },
    headers: nameAndContent,
    urlParams: nameAndContent,
    body: { type: 'object' },
    tokenAuth,
    jwtTokenAuth: tokenAuth,
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
    extensions,
    hideFromList: flag,
    iam: {
      type: 'object',
      additionalProperties: false,
      properties: { permissions: { type: 'array', items: permission } },
    },
    includes: { type: 'array', items: include },
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
    roles: { type: 'array', items: roleGrant },
    routes: { type: 'array', items: route },
    skipDataQuery: flag,
    state: { enum: ['alpha', 'beta'] },
    streaming: flag,
    suggestions: flag,
    tracing: flag,
  },
} as const;
