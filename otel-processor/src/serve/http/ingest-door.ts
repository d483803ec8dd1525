import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, type Fault, isFault, permanent, retryable, type Telemetry } from '../../base/index.ts';
import { type Encoding, encodeExportResponse, encodeStatus, httpStatusOf } from '../../ingest/index.ts';
import type { Batch } from '../../model/index.ts';
import type { Authenticator } from '../auth.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { createMeters, createPointMeter, type DoorName, type PointMeter, type RouteMeter } from '../meter.ts';
import type { Admission, TenantDirectory, TenantDoors } from '../tenant.ts';
import { discard, readBody } from './body.ts';
import { emptyLoad, type Flight, type FlightLoad } from './flight.ts';
import { type ContentCoding, type Inflater, parseContentCoding } from './inflate.ts';

export interface IngestPorts {
  readonly authenticator: Authenticator;
  readonly tenants: TenantDirectory;
  readonly flight: Flight;
  readonly inflater: Inflater;
  readonly lifecycle: Lifecycle;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Reserves memory for a request of this many bytes after decompression, or says why it must wait. */
  admit(sizeBytes: number): Admission | Fault;
}

export interface IngestLimits {
  readonly bodySizeMax: number;
  readonly retryAfterMs: number;
}

export type IngestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** How one ingest protocol reads bodies and words its answers; everything else is common to them. */
interface Protocol {
  /** HTTP status of a fault. */
  statusOf(fault: Fault): number;
  /** Checks Content-Type and Content-Encoding: how the body is to be read, or a fault. */
  accept(request: IncomingMessage): Accepted | Fault;
  succeed(response: ServerResponse, batch: Batch, accepted: Accepted): number;
  fail(response: ServerResponse, fault: Fault, status: number, accepted: Accepted | undefined): void;
}

interface Accepted {
  readonly door: DoorName;
  readonly coding: ContentCoding;
  readonly encoding: Encoding;
  decode(tenant: TenantDoors, bytes: Uint8Array): Batch | Fault;
}

/** The ingest routes by path. They sit before the router of the API because they are the hot ones. */
export function createIngestRoutes(
  ports: IngestPorts,
  limits: IngestLimits,
): ReadonlyMap<string, IngestHandler> {
  const meters = createMeters(ports.telemetry, ports.clock, 'http');
  const points = createPointMeter(ports.telemetry);
  const route = (path: string, protocol: Protocol): [string, IngestHandler] => [
    path,
    createHandler(protocol, ports, limits, meters(path), points),
  ];
  return new Map([
    route('/v1/metrics', otlpMetrics),
    route('/v1/logs', unimplemented('/v1/logs')),
    route('/v1/traces', unimplemented('/v1/traces')),
    route('/api/v1/write', remoteWrite),
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
): Promise<Batch | Fault> {
  const body = await readBody(request, limits.bodySizeMax, ports.flight, load);
  if (isFault(body)) return body;
  const inflating = ports.inflater.inflate(body, accepted.coding, limits.bodySizeMax);
  const bytes = inflating instanceof Promise ? await inflating : inflating;
  if (isFault(bytes)) return bytes;
  const admission = ports.admit(bytes.length);
  if (isFault(admission)) return admission;
  try {
    const batch = accepted.decode(tenant, bytes);
    if (isFault(batch)) return batch;
    // Decoding and consuming happen in one turn: ids resolved by the one are valid for the other.
    const fault = await tenant.consume(batch);
    return fault ?? batch;
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

function mediaType(request: IncomingMessage): string {
  const header = request.headers['content-type'] ?? '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

const otlpDecoders = {
  protobuf: (tenant: TenantDoors, bytes: Uint8Array) => tenant.otlp.decodeProtobuf(bytes),
  json: (tenant: TenantDoors, bytes: Uint8Array) => tenant.otlp.decodeJson(bytes),
};

const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

function otlpEncoding(request: IncomingMessage): Encoding | undefined {
  const type = mediaType(request);
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function failOtlp(response: ServerResponse, fault: Fault, status: number, encoding: Encoding): void {
  const body = encodeStatus(fault, encoding);
  response.writeHead(status, { 'Content-Type': contentTypes[encoding], 'Content-Length': body.length });
  response.end(body);
}

/** OTLP/HTTP (opentelemetry-proto, docs/specification.md). */
const otlpMetrics: Protocol = {
  statusOf: httpStatusOf,
  accept(request) {
    const encoding = otlpEncoding(request);
    if (encoding === undefined) {
      return permanent('unsupported', 'the content type must be application/x-protobuf or application/json');
    }
    const coding = parseContentCoding(request.headers['content-encoding']);
    if (isFault(coding)) return coding;
    return { door: `otlp_http_${encoding}`, coding, encoding, decode: otlpDecoders[encoding] };
  },
  succeed(response, batch, { encoding }) {
    const { rejections } = batch;
    const body = encodeExportResponse(rejections.points, rejections.message(), encoding);
    response.writeHead(200, { 'Content-Type': contentTypes[encoding], 'Content-Length': body.length });
    response.end(body);
    return 200;
  },
  fail(response, fault, status, accepted) {
    failOtlp(response, fault, status, accepted?.encoding ?? otlpEncoding(response.req) ?? 'json');
  },
};

function unimplemented(path: string): Protocol {
  const fault = permanent(
    'not_found',
    `${path} is not implemented by this version; it takes metrics on /v1/metrics`,
  );
  return {
    statusOf: httpStatusOf,
    accept: () => fault,
    succeed: () => 404,
    fail: otlpMetrics.fail,
  };
}

/** Prometheus Remote-Write 1.0: 204, or a text that says why not; 5xx and 429 are retried by senders. */
const remoteWrite: Protocol = {
  // Senders retry 5xx always, but 429 only when they are told to.
  statusOf: (fault) => (fault.retryable ? 503 : httpStatusOf(fault)),
  accept(request) {
    const type = mediaType(request);
    if (type !== 'application/x-protobuf') {
      return permanent('unsupported', 'the content type must be application/x-protobuf');
    }
    const proto = /;\s*proto="?([^;"\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (proto !== undefined && proto !== 'prometheus.WriteRequest') {
      return permanent(
        'unsupported',
        `remote write message ${proto.slice(0, 64)} is not supported; send prometheus.WriteRequest (remote write 1.0)`,
      );
    }
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'snappy') {
      return permanent('unsupported', 'the content encoding must be snappy');
    }
    return {
      door: 'remote_write',
      coding: 'identity',
      encoding: 'protobuf',
      decode: (tenant, bytes) => tenant.remoteWrite.decode(bytes),
    };
  },
  succeed(response, batch) {
    const { rejections } = batch;
    if (rejections.points > 0) {
      // The good samples are stored; the protocol has no other way to tell of the bad ones.
      writeText(response, 400, rejections.message());
      return 400;
    }
    response.writeHead(204).end();
    return 204;
  },
  fail(response, fault, status) {
    writeText(response, status, fault.message);
  },
};

function writeText(response: ServerResponse, status: number, message: string): void {
  const body = Buffer.from(`${message}\n`);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length });
  response.end(body);
}
