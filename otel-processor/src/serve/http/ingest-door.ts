import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, type Fault, isFault, permanent, retryable, type Telemetry } from '../../base/index.ts';
import type { Authenticator } from '../auth.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { createMeters, createPointMeter, type PointMeter, type RouteMeter } from '../meter.ts';
import type { OtlpAnswers } from '../ports.ts';
import type { Admission, TenantDirectory, TenantDoors } from '../tenant.ts';
import { discard, readBody } from './body.ts';
import { createEventsProtocol } from './events-protocol.ts';
import { emptyLoad, type Flight, type FlightLoad } from './flight.ts';
import type { Inflater } from './inflate.ts';
import { createOtlpProtocol, createUnimplementedProtocol, logTakers } from './otlp-protocol.ts';
import type { Accepted, Ingested, Protocol } from './protocol.ts';
import { createRemoteWriteProtocol } from './remote-write-protocol.ts';

export interface IngestPorts {
  readonly authenticator: Authenticator;
  readonly tenants: TenantDirectory;
  readonly flight: Flight;
  readonly inflater: Inflater;
  readonly lifecycle: Lifecycle;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly answers: OtlpAnswers;
  /** Reserves memory for a request of this many bytes after decompression, or says why it must wait. */
  admit(sizeBytes: number): Admission | Fault;
}

export interface IngestLimits {
  readonly bodySizeMax: number;
  readonly retryAfterMs: number;
}

export type IngestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The ingest routes by path. They sit before the router of the API because they are the hot ones. */
export function createIngestRoutes(
  ports: IngestPorts,
  limits: IngestLimits,
): ReadonlyMap<string, IngestHandler> {
  const meters = createMeters(ports.telemetry, ports.clock, 'http');
  const points = createPointMeter(ports.telemetry);
  const { answers } = ports;
  const route = (path: string, protocol: Protocol): [string, IngestHandler] => [
    path,
    createHandler(protocol, ports, limits, meters(path), points),
  ];
  return new Map([
    route('/v1/metrics', createOtlpProtocol(answers)),
    route('/v1/logs', createOtlpProtocol(answers, logTakers, 'rejectedLogRecords')),
    route('/statbar/v1/events', createEventsProtocol(answers)),
    route('/v1/traces', createUnimplementedProtocol(answers, '/v1/traces')),
    route('/api/v1/write', createRemoteWriteProtocol(answers)),
  ]);
}

function createHandler(
  protocol: Protocol,
  ports: IngestPorts,
  limits: IngestLimits,
  meter: RouteMeter,
  points: PointMeter,
): IngestHandler {
  return async (request, response) => {
    const startMs = ports.clock.monotonicMs();
    const load = emptyLoad();
    let status: number;
    try {
      const job = preflight(protocol, ports, limits, request);
      const outcome = isFault(job) ? job : await ingest(job, ports, limits, request, load);
      if (!ports.lifecycle.accepting) response.shouldKeepAlive = false;
      if (isFault(job) || isFault(outcome)) {
        const fault = outcome as Fault;
        status = fault.code === 'canceled' ? 499 : statusOf(protocol, fault, request);
        writeFailureHeaders(response, fault, status);
        protocol.fail(response, fault, status, isFault(job) ? undefined : job.accepted);
        discard(request, limits.bodySizeMax);
      } else {
        points[job.accepted.door].add(outcome.pointCount);
        status = protocol.succeed(response, outcome, job.accepted);
      }
    } finally {
      ports.flight.release(load);
    }
    meter.done(status, startMs);
  };
}

/** What can be refused before the body is read. */
function preflight(
  protocol: Protocol,
  ports: IngestPorts,
  limits: IngestLimits,
  request: IncomingMessage,
): Job | Fault {
  if (request.method !== 'POST') return permanent('unsupported', METHOD_MESSAGE);
  const principal = ports.authenticator.authorize(request.headers.authorization, 'write');
  if (isFault(principal)) return principal;
  const accepted = protocol.accept(request);
  if (isFault(accepted)) return accepted;
  if (!ports.lifecycle.accepting)
    return retryable('unavailable', ports.lifecycle.reason, limits.retryAfterMs);
  const tenant = ports.tenants(principal.tenant);
  if (tenant === undefined) return permanent('forbidden', `there is no tenant ${principal.tenant}`);
  return { accepted, tenant };
}

/** A request that is worth reading. */
interface Job {
  readonly accepted: Accepted;
  readonly tenant: TenantDoors;
}

async function ingest(
  { accepted, tenant }: Job,
  ports: IngestPorts,
  limits: IngestLimits,
  request: IncomingMessage,
  load: FlightLoad,
): Promise<Ingested | Fault> {
  const body = await readBody(request, limits.bodySizeMax, ports.flight, load);
  if (isFault(body)) return body;
  const inflating = ports.inflater.inflate(body, accepted.coding, limits.bodySizeMax);
  const bytes = inflating instanceof Promise ? await inflating : inflating;
  if (isFault(bytes)) return bytes;
  const admission = ports.admit(bytes.length);
  if (isFault(admission)) return admission;
  try {
    return await accepted.take(tenant, bytes);
  } finally {
    admission.release();
  }
}

const METHOD_MESSAGE = 'only POST is supported here';

function statusOf(protocol: Protocol, fault: Fault, request: IncomingMessage): number {
  if (fault.code === 'unsupported' && request.method !== 'POST') return 405;
  return protocol.statusOf(fault);
}

function writeFailureHeaders(response: ServerResponse, fault: Fault, status: number): void {
  if (status === 405) response.setHeader('Allow', 'POST');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (fault.retryAfterMs !== undefined && (status === 429 || status === 503)) {
    response.setHeader('Retry-After', String(Math.max(1, Math.ceil(fault.retryAfterMs / 1000))));
  }
}
