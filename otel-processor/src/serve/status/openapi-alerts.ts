const string = { type: 'string' };
const integer = { type: 'integer' };
const anyObject = { type: 'object' };

function query(name: string, description: string, schema: unknown = string, required = false) {
  return { name, in: 'query', description, required, schema };
}

function path(name: string) {
  return { name, in: 'path', required: true, schema: string };
}

/** Shapes are the types of this name in `@statbar/sdk/wire`. */
function answer(type: string) {
  return {
    description: `The type ${type} of @statbar/sdk/wire as \`data\`.`,
    content: { 'application/json': { schema: { type: 'object', properties: { data: anyObject } } } },
  };
}

function refusal(description: string) {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
}

const refused = {
  '400': refusal('A parameter or the body is wrong.'),
  '401': refusal('No token, or one that is not known.'),
  '403': refusal('The token lacks the scope.'),
};

const notFound = { '404': refusal('There is no such thing.') };

function body(type: string) {
  return {
    required: true,
    description: `The type ${type} of @statbar/sdk/wire.`,
    content: { 'application/json': { schema: anyObject } },
  };
}

const paging = [
  query('limit', 'At most so many: 100 when absent, up to 500.', integer),
  query('cursor', 'nextCursor of the answer before.'),
];

/** Routes of alerts; Alertmanager's own are described by it. */
export const alertPaths = {
  '/statbar/v1/alerts': {
    get: {
      summary: 'Alert groups, the latest first',
      parameters: [
        query('state', 'active (the default), resolved or all.'),
        query('filter', "A matcher in Alertmanager's notation; several must all hold."),
        query('from', 'Groups of which some part lies after: seconds or RFC 3339.'),
        query('to', 'Groups of which some part lies before.'),
        ...paging,
      ],
      responses: { '200': answer('AlertGroupList'), ...refused },
    },
  },
  '/statbar/v1/alerts/{id}': {
    get: {
      summary: 'One alert group',
      parameters: [path('id')],
      responses: { '200': answer('AlertGroup'), ...refused, ...notFound },
    },
  },
  '/statbar/v1/alerts/{id}/actions': {
    post: {
      summary: 'Acknowledge, assign, note, silence, ...',
      parameters: [path('id')],
      requestBody: body('AlertAction'),
      responses: {
        '200': answer('AlertActionAnswer'),
        '409': { ...answer('AlertActionAnswer'), description: 'Refused; the group as it is now.' },
        ...refused,
        ...notFound,
      },
    },
  },
  '/statbar/v1/oncall': {
    get: { summary: 'Who is on call', responses: { '200': answer('OnCallList'), ...refused } },
  },
  '/statbar/v1/audit': {
    get: {
      summary: 'Who did what, from where',
      parameters: [query('target', 'Id of a group, silence or subscription.'), ...paging],
      responses: { '200': answer('AuditList'), ...refused },
    },
  },
  '/statbar/v1/notifications': {
    get: {
      summary: 'What chat is to show',
      parameters: [
        query('lane', 'chat', { const: 'chat' }, true),
        query('after', 'The cursor of the answer before; absent: from the beginning.'),
        query('wait', 'How long to wait for something to come, at most 60s.'),
        query('limit', 'At most so many: 100 when absent, up to 1000.', integer),
      ],
      responses: { '200': answer('NotificationFeed'), ...refused },
    },
  },
  '/statbar/v1/notifications/begin': {
    post: {
      summary: 'A delivery is about to be posted',
      requestBody: body('BeginRequest'),
      responses: { '200': answer('BeginAnswer'), ...refused },
    },
  },
  '/statbar/v1/notifications/settle': {
    post: {
      summary: 'What came of deliveries',
      requestBody: body('SettleRequest'),
      responses: { '200': answer('nothing'), ...refused },
    },
  },
  '/statbar/v1/subscriptions': {
    get: {
      summary: 'Channels that subscribed',
      responses: { '200': answer('ChatSubscriptionList'), ...refused },
    },
    post: {
      summary: 'A channel subscribes',
      requestBody: body('SubscribeRequest'),
      responses: { '200': answer('ChatSubscription'), ...refused },
    },
  },
  '/statbar/v1/subscriptions/{id}': {
    delete: {
      summary: 'A channel leaves',
      parameters: [path('id')],
      responses: { '200': answer('nothing'), ...refused, ...notFound },
    },
  },
  '/statbar/v1/heartbeats/{name}': {
    post: {
      summary: 'A program reports in',
      parameters: [path('name')],
      responses: { '200': answer('nothing'), ...refused },
    },
  },
};
