import type { AlertAction, AlertActor } from '@statbar/sdk/wire';
import { z } from 'zod';
import type { GroupsFilter } from '../../alert/index.ts';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import { limitParameter, TIME_MAX_MS, timeParameter } from '../prometheus/parameters.ts';
import { data, jsonBody } from './json-body.ts';

const GROUPS_MAX = 500;
const GROUPS_DEFAULT = 100;

/** Who acts, as the caller says it; the credential is in the audit log besides. */
export const actorSchema: z.ZodType<AlertActor> = z.object({
  name: z.string().min(1).max(200),
  user: z.string().max(200).nullable().default(null),
  via: z
    .enum(['slack', 'teams', 'grafana', 'api', 'pagerduty', 'opsgenie', 'jsm', 'webhook', 'service'])
    .default('api'),
});

const common = {
  actionId: z.string().min(1).max(200),
  version: z.number().default(0),
  by: actorSchema,
};
const note = z.string().max(4000);
const forMs = z.number().positive();

const actionSchema = z.discriminatedUnion('action', [
  z.object({ ...common, action: z.literal('ack'), note: note.optional(), forMs: forMs.optional() }),
  z.object({ ...common, action: z.literal('unack') }),
  z.object({ ...common, action: z.literal('assign'), user: z.string().max(200) }),
  z.object({ ...common, action: z.literal('note'), note }),
  z.object({ ...common, action: z.literal('silence'), forMs, note: note.optional() }),
  z.object({ ...common, action: z.literal('unsilence'), silence: z.string().max(200).optional() }),
  z.object({ ...common, action: z.literal('remediate'), name: z.string().max(200) }),
  z.object({ ...common, action: z.literal('approve'), name: z.string().max(200) }),
]);

/** `/statbar/v1/alerts`: groups with their history, and what people do about them. */
export function addAlertRoutes(api: Api): void {
  api.route(['GET'], '/statbar/v1/alerts', 'read', groups);
  api.route(['GET'], '/statbar/v1/alerts/:id', 'read', ({ tenant, segment }) => {
    const group = tenant.alerts.group(segment('id'));
    return isFault(group) ? group : data(group);
  });
  api.route(['POST'], '/statbar/v1/alerts/:id/actions', 'alert', act);
  api.route(['GET'], '/statbar/v1/oncall', 'read', ({ tenant }) => data(tenant.alerts.onCall()));
  api.route(['GET'], '/statbar/v1/audit', 'alert', ({ tenant, parameters }) => {
    const limit = limitParameter(parameters, 'limit');
    if (isFault(limit)) return limit;
    const cursor = parameters.get('cursor');
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
      return permanent('invalid', 'invalid parameter "cursor"');
    }
    const shown = limit === 0 ? GROUPS_DEFAULT : Math.min(limit, GROUPS_MAX);
    return data(tenant.alerts.audit(parameters.get('target'), cursor, shown));
  });
  for (const shape of ['alertmanager', 'grafana']) {
    api.route(['POST'], `/statbar/v1/webhooks/${shape}`, 'write', async (request) => {
      const body = await jsonBody(request);
      if (isFault(body)) return body;
      const { tenant, principal } = request;
      return (await tenant.alerts.alertmanager.post(body.json, 'webhook', principal.name)) ?? data({});
    });
  }
  api.route(['GET', 'POST', 'PUT'], '/statbar/v1/heartbeats/:name', 'write', async ({ tenant, segment }) => {
    const name = segment('name');
    if (!/^[a-zA-Z0-9_.-]{1,100}$/.test(name)) return permanent('invalid', 'not a name of a heartbeat');
    return (await tenant.alerts.heartbeat(name)) ?? data({});
  });
}

async function groups({ parameters, tenant }: ApiRequest): Promise<Response | Fault> {
  const matchers = tenant.alerts.parseMatchers(parameters.all('filter'));
  if (isFault(matchers)) return matchers;
  const state = parameters.get('state') ?? 'active';
  if (state !== 'active' && state !== 'resolved' && state !== 'all') {
    return permanent('invalid', 'invalid parameter "state": expected active, resolved or all');
  }
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const fromMs = timeParameter(parameters, 'from', -TIME_MAX_MS);
  if (isFault(fromMs)) return fromMs;
  const toMs = timeParameter(parameters, 'to', TIME_MAX_MS);
  if (isFault(toMs)) return toMs;
  const filter: GroupsFilter = {
    state,
    fromMs,
    toMs,
    matchers,
    limit: limit === 0 ? GROUPS_DEFAULT : Math.min(limit, GROUPS_MAX),
    cursor: parameters.get('cursor'),
  };
  const list = tenant.alerts.groups(filter);
  return isFault(list) ? list : data(list);
}

async function act(request: ApiRequest): Promise<Response | Fault> {
  const body = await jsonBody(request);
  if (isFault(body)) return body;
  const action = actionSchema.safeParse(body.json);
  if (!action.success) {
    const [issue] = action.error.issues;
    return permanent('invalid', `${issue.path.join('.') || 'body'}: ${issue.message}`);
  }
  const from = { principal: request.principal.name, address: request.address };
  const answer = await request.tenant.alerts.act(request.segment('id'), action.data as AlertAction, from);
  return isFault(answer) ? answer : data(answer, answer.done ? 200 : 409);
}
