import { z } from 'zod';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import { durationParameter, limitParameter } from '../prometheus/parameters.ts';
import { actorSchema } from './alert-routes.ts';
import { data, jsonBody } from './json-body.ts';

const DELIVERIES_DEFAULT = 100;
const DELIVERIES_MAX = 1000;
const WAIT_MS_MAX = 60_000;

const id = z.string().max(200);
const reason = z.string();

const beginSchema = z.object({ worker: z.string().max(200), ids: z.array(id).max(DELIVERIES_MAX) });

const settleSchema = z.object({
  worker: z.string().max(200),
  results: z
    .array(
      z.discriminatedUnion('outcome', [
        z.object({
          id,
          sequence: z.number(),
          outcome: z.literal('sent'),
          messageId: z.string().max(1000),
          threadId: z.string().max(1000).optional(),
          memo: z.string().optional(),
          maybeTwice: z.boolean().optional(),
        }),
        z.object({
          id,
          sequence: z.number(),
          outcome: z.literal('later'),
          reason,
          retryAfterMs: z.number().min(0).optional(),
        }),
        z.object({
          id,
          sequence: z.number(),
          outcome: z.literal('unknown'),
          reason,
          memo: z.string().optional(),
        }),
        z.object({ id, sequence: z.number(), outcome: z.literal('refused'), reason }),
        z.object({ id, sequence: z.number(), outcome: z.literal('gone'), reason }),
      ]),
    )
    .max(DELIVERIES_MAX),
});

const subscribeSchema = z.object({
  target: z.object({
    platform: z.enum(['slack', 'teams']),
    channel: z.string().min(1).max(300),
    direct: z.boolean(),
  }),
  matchers: z.array(z.string().max(1000)).max(50),
  by: actorSchema,
});

/** The chat bot's feed, and channels that subscribe. */
export function addNotificationRoutes(api: Api): void {
  const base = '/statbar/v1';
  api.route(['GET'], `${base}/notifications`, 'alert', feed);
  api.route(['POST'], `${base}/notifications/begin`, 'alert', async (request) => {
    const body = await checkedBody(request, beginSchema);
    if (isFault(body)) return body;
    const answer = await request.tenant.alerts.feed.begin(body.ids);
    return isFault(answer) ? answer : data(answer);
  });
  api.route(['POST'], `${base}/notifications/settle`, 'alert', async (request) => {
    const body = await checkedBody(request, settleSchema);
    if (isFault(body)) return body;
    return (await request.tenant.alerts.feed.settle(body.results)) ?? data({});
  });
  api.route(['GET', 'POST'], `${base}/subscriptions`, 'alert', async (request) => {
    const { tenant } = request;
    if (request.method === 'GET') return data({ subscriptions: tenant.alerts.subscriptions() });
    const body = await checkedBody(request, subscribeSchema);
    if (isFault(body)) return body;
    const made = await tenant.alerts.subscribe(body.target, body.matchers, body.by, fromOf(request));
    return isFault(made) ? made : data(made);
  });
  api.route(['DELETE'], `${base}/subscriptions/:id`, 'alert', async (request) => {
    const by = { name: request.principal.name, user: null, via: 'api' } as const;
    const fault = await request.tenant.alerts.unsubscribe(request.segment('id'), by, fromOf(request));
    return fault ?? data({});
  });
}

async function feed({ parameters, tenant, signal }: ApiRequest): Promise<Response | Fault> {
  if (parameters.get('lane') !== 'chat')
    return permanent('invalid', 'invalid parameter "lane": expected chat');
  const after = parameters.get('after') ?? '0';
  if (!/^\d{1,15}$/.test(after)) return permanent('invalid', 'invalid parameter "after"');
  const waitMs = durationParameter(parameters, 'wait') ?? 0;
  if (isFault(waitMs)) return waitMs;
  const limit = limitParameter(parameters, 'limit');
  if (isFault(limit)) return limit;
  const count = limit === 0 ? DELIVERIES_DEFAULT : Math.min(limit, DELIVERIES_MAX);
  const answer = await tenant.alerts.feed.read(Number(after), count, Math.min(waitMs, WAIT_MS_MAX), signal);
  return isFault(answer) ? answer : data(answer);
}

async function checkedBody<Shape extends z.ZodType>(
  request: ApiRequest,
  schema: Shape,
): Promise<z.output<Shape> | Fault> {
  const body = await jsonBody(request);
  if (isFault(body)) return body;
  const parsed = schema.safeParse(body.json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return permanent('invalid', `${issue.path.join('.') || 'body'}: ${issue.message}`);
}

function fromOf({ principal, address }: ApiRequest) {
  return { principal: principal.name, address };
}
