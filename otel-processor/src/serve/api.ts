import { type Context, Hono } from 'hono';
import {
  type Clock,
  type Fault,
  isFault,
  type Logger,
  permanent,
  retryable,
  type Telemetry,
} from '../base/index.ts';
import type { Authenticator, Principal } from './auth.ts';
import type { Scope } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { createMeters, type RouteMeter } from './meter.ts';
import { errorJson, errorStatus } from './prometheus/errors.ts';
import { createParameters, type Parameters } from './prometheus/parameters.ts';
import type { TenantDirectory, TenantDoors } from './tenant.ts';

export interface ApiPorts {
  readonly authenticator: Authenticator;
  readonly tenants: TenantDirectory;
  readonly lifecycle: Lifecycle;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly formSizeMax: number;
  readonly bodySizeMax: number;
}

/** One authorised call of the API. */
export interface ApiRequest {
  readonly method: string;
  readonly parameters: Parameters;
  readonly tenant: TenantDoors;
  readonly principal: Principal;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly headers: Headers;
  /** The part of the path that a pattern named, decoded. */
  segment(name: string): string;
  /** The body as it came; at most `serve.api_body_size_max` bytes. */
  body(): Promise<Uint8Array | Fault>;
  /** Where the request came from. */
  readonly address: string;
}

export type ApiHandler = (request: ApiRequest) => Promise<Response | Fault> | Response | Fault;

export interface Api {
  readonly hono: Hono;
  /** Adds a route that needs `scope`; a fault becomes an error answer in Prometheus's shape. */
  route(
    methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[],
    path: string,
    scope: Scope,
    handler: ApiHandler,
  ): void;
}

/** The router of everything that is not ingest: authorisation, forms, errors and counters in one place. */
export function createApi(ports: ApiPorts): Api {
  const hono = new Hono({ strict: false });
  const meters = createMeters(ports.telemetry, ports.clock, 'http');
  const methodsByPath = new Map<string, Set<string>>();

  hono.notFound((context) => {
    meters('other').done(404, ports.clock.monotonicMs());
    return answerFault(
      permanent('not_found', `there is nothing at ${new URL(context.req.url).pathname.slice(0, 200)}`),
    );
  });
  hono.onError((error) => {
    ports.logger.error('a request failed unexpectedly', { error });
    return answerFault(permanent('internal', 'an unexpected error; the log of the service has the details'));
  });

  return {
    hono,
    route(methods, path, scope, handler) {
      const meter = meters(path);
      const allowed = methodsByPath.get(path) ?? new Set();
      for (const method of methods) allowed.add(method);
      methodsByPath.set(path, allowed);
      hono.on([...methods], path, (context) => answer(ports, context, scope, handler, meter));
      hono.all(path, async (context, next) => {
        if (allowed.has(context.req.method) || (context.req.method === 'HEAD' && allowed.has('GET')))
          return next();
        const response = answerFault(
          permanent('unsupported', `${context.req.method} is not supported here`),
          405,
        );
        response.headers.set('Allow', [...allowed].join(', '));
        return response;
      });
    },
  };
}

async function answer(
  ports: ApiPorts,
  context: Context,
  scope: Scope,
  handler: ApiHandler,
  meter: RouteMeter,
): Promise<Response> {
  const startMs = ports.clock.monotonicMs();
  let response: Response;
  try {
    const outcome = await call(ports, context, scope, handler);
    response = isFault(outcome) ? answerFault(outcome) : outcome;
  } catch (error) {
    ports.logger.error('a request failed unexpectedly', { route: context.req.path, error });
    response = answerFault(
      permanent('internal', 'an unexpected error; the log of the service has the details'),
    );
  }
  meter.done(response.status, startMs);
  return response;
}

async function call(
  ports: ApiPorts,
  context: Context,
  scope: Scope,
  handler: ApiHandler,
): Promise<Response | Fault> {
  const { req } = context;
  const principal = ports.authenticator.authorize(req.header('authorization'), scope);
  if (isFault(principal)) return principal;
  const tenant = ports.tenants(principal.tenant);
  if (tenant === undefined) {
    return ports.lifecycle.accepting
      ? permanent('forbidden', `there is no tenant ${principal.tenant}`)
      : retryable('unavailable', ports.lifecycle.reason, 1000);
  }
  const form = await readForm(context, ports);
  if (isFault(form)) return form;
  return handler({
    method: req.method,
    parameters: createParameters(new URL(req.url).searchParams, form),
    tenant,
    principal,
    signal: req.raw.signal,
    headers: req.raw.headers,
    segment: (name) => req.param(name) ?? '',
    body: () => readBytes(context, ports),
    address: addressOf(context),
  });
}

async function readBytes({ req }: Context, ports: ApiPorts): Promise<Uint8Array | Fault> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of req.raw.body ?? []) {
    size += chunk.length;
    if (size > ports.bodySizeMax) return bodyTooLarge(ports);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function bodyTooLarge({ telemetry, bodySizeMax }: ApiPorts): Fault {
  telemetry
    .counter('statbar_request_limit_total', 'Requests refused for their shape, by limit.', {
      limit: 'api_body_size_max',
    })
    .add(1);
  return permanent(
    'too_large',
    `the body is larger than ${bodySizeMax} bytes (limit: serve.api_body_size_max)`,
  );
}

/** Of the socket, where there is one: tests call without. */
function addressOf(context: Context): string {
  const { incoming } = (context.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? '';
}

async function readForm(context: Context, ports: ApiPorts): Promise<URLSearchParams | undefined | Fault> {
  const { req } = context;
  if (req.method === 'GET' || req.method === 'HEAD') return undefined;
  const type = (req.header('content-type') ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  const sizeMax = ports.formSizeMax;
  if (Number(req.header('content-length') ?? 0) > sizeMax) return formTooLarge(ports);
  if (req.raw.body === null) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of req.raw.body) {
    size += chunk.length;
    if (size > sizeMax) return formTooLarge(ports);
    text += decoder.decode(chunk, { stream: true });
  }
  return new URLSearchParams(text + decoder.decode());
}

function formTooLarge({ telemetry, formSizeMax }: ApiPorts): Fault {
  telemetry
    .counter('statbar_request_limit_total', 'Requests refused for their shape, by limit.', {
      limit: 'form_size_max',
    })
    .add(1);
  return permanent('too_large', `the form is larger than ${formSizeMax} bytes (limit: serve.form_size_max)`);
}

/** A fault as an error answer in the shape of the Prometheus API. */
export function answerFault(fault: Fault, status = errorStatus(fault)): Response {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
  if (fault.retryAfterMs !== undefined && status === 503) {
    headers['Retry-After'] = String(Math.max(1, Math.ceil(fault.retryAfterMs / 1000)));
  }
  return new Response(errorJson(fault), { status, headers });
}
