import { z } from 'zod';
import type { AlertFilter, SilenceRequest } from '../../alert/index.ts';
import { type Fault, isFault, permanent, VERSION } from '../../base/index.ts';
import { createMatcher, type Matcher } from '../../model/index.ts';
import type { Api, ApiHandler, ApiRequest } from '../api.ts';
import type { Scope } from '../config.ts';
import { jsonBody } from './json-body.ts';

/** `/api/v2/*` as in Alertmanager (api/v2/openapi.yaml), so that amtool, Grafana and senders of alerts work. */
export function addAlertmanagerRoutes(api: Api, startTimeMs: number): void {
  const get = (path: string, answer: (request: ApiRequest) => unknown | Fault): void => {
    route(api, 'GET', path, 'read', async (request) => jsonAnswer(answer(request)));
  };
  get('/alerts', (request) => filtered(request, (filter, doors) => doors.alerts(filter)));
  get('/alerts/groups', (request) => filtered(request, (filter, doors) => doors.groups(filter)));
  get('/receivers', ({ tenant }) => tenant.alerts.alertmanager.receivers());
  get('/silences', (request) => {
    const matchers = request.tenant.alerts.parseMatchers(request.parameters.all('filter'));
    return isFault(matchers) ? matchers : request.tenant.alerts.alertmanager.silences(matchers);
  });
  get('/silence/:id', (request) => {
    const silence = request.tenant.alerts.alertmanager.silence(request.segment('id'));
    return silence ?? permanent('not_found', 'silence not found');
  });
  get('/status', ({ tenant }) => ({
    cluster: { status: 'disabled', peers: [] },
    config: { original: tenant.alerts.alertmanager.configText() },
    uptime: new Date(startTimeMs).toISOString(),
    versionInfo: { branch: '', buildDate: '', buildUser: '', goVersion: '', revision: '', version: VERSION },
  }));
  route(api, 'POST', '/alerts', 'write', async (request) => {
    const body = await jsonBody(request);
    if (isFault(body)) return errorAnswer(body);
    const { tenant, principal } = request;
    const fault = await tenant.alerts.alertmanager.post(body.json, 'alerts', principal.name);
    return fault === undefined ? new Response(null, { status: 200 }) : errorAnswer(fault);
  });
  route(api, 'POST', '/silences', 'alert', postSilence);
  route(api, 'DELETE', '/silence/:id', 'alert', async (request) => {
    const { tenant, principal, address } = request;
    const from = { principal: principal.name, address };
    const fault = await tenant.alerts.alertmanager.expireSilence(request.segment('id'), from);
    return fault === undefined ? new Response(null, { status: 200 }) : errorAnswer(fault);
  });
}

function route(
  api: Api,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  scope: Scope,
  handler: ApiHandler,
): void {
  api.route([method], `/api/v2${path}`, scope, handler);
}

const silenceSchema = z.object({
  id: z.string().optional(),
  matchers: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      isRegex: z.boolean().default(false),
      isEqual: z.boolean().default(true),
    }),
  ),
  startsAt: z.string().transform((text) => Date.parse(text)),
  endsAt: z.string().transform((text) => Date.parse(text)),
  createdBy: z.string(),
  comment: z.string(),
  annotations: z.record(z.string(), z.string()).optional(),
});

async function postSilence(request: ApiRequest): Promise<Response> {
  const body = await jsonBody(request);
  if (isFault(body)) return errorAnswer(body);
  const parsed = silenceSchema.safeParse(body.json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return errorAnswer(permanent('invalid', `${issue.path.join('.')}: ${issue.message}`));
  }
  const { id, matchers, startsAt, endsAt, createdBy, comment, annotations } = parsed.data;
  if (Number.isNaN(startsAt) || Number.isNaN(endsAt)) {
    return errorAnswer(permanent('invalid', 'startsAt and endsAt: expected times (RFC 3339)'));
  }
  const silence: SilenceRequest = {
    id: id === undefined || id === '' ? undefined : id,
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({
      name,
      value,
      type: isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=',
    })),
    startsAtMs: startsAt,
    endsAtMs: endsAt,
    createdBy,
    comment,
    annotations: annotations ?? {},
  };
  const from = { principal: request.principal.name, address: request.address };
  const made = await request.tenant.alerts.alertmanager.putSilence(silence, from);
  return isFault(made) ? errorAnswer(made) : Response.json({ silenceID: made });
}

function filtered(
  request: ApiRequest,
  list: (filter: AlertFilter, doors: ApiRequest['tenant']['alerts']['alertmanager']) => unknown,
): unknown | Fault {
  const { parameters, tenant } = request;
  const matchers = tenant.alerts.parseMatchers(parameters.all('filter'));
  if (isFault(matchers)) return matchers;
  const receiverText = parameters.get('receiver');
  const receiver: Matcher | undefined | Fault =
    receiverText === undefined ? undefined : createMatcher('=~', 'receiver', receiverText);
  if (isFault(receiver)) return receiver;
  const flag = (name: string): boolean => parameters.get(name) !== 'false';
  const filter: AlertFilter = {
    active: flag('active'),
    silenced: flag('silenced'),
    inhibited: flag('inhibited'),
    muted: flag('muted'),
    unprocessed: flag('unprocessed'),
    matchers,
    receiver,
  };
  return list(filter, tenant.alerts.alertmanager);
}

function jsonAnswer(answer: unknown | Fault): Response {
  return isFault(answer) ? errorAnswer(answer) : Response.json(answer);
}

/** Alertmanager answers errors as a JSON text. */
function errorAnswer(fault: Fault): Response {
  const status =
    fault.code === 'not_found'
      ? 404
      : fault.code === 'unavailable'
        ? 503
        : fault.code === 'too_large'
          ? 413
          : 400;
  return Response.json(fault.message, { status });
}
