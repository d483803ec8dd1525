import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type Fault, isFault, permanent, retryable } from '../../base/index.ts';
import type { RejectedCount } from '../../ingest/index.ts';
import type { ServeConfig } from '../config.ts';
import { emptyLoad } from '../http/flight.ts';
import type { ContentCoding } from '../http/inflate.ts';
import { type Accepted, type Ingested, takeBatch } from '../http/protocol.ts';
import { createPointMeter, type RouteMeter } from '../meter.ts';
import type { OtlpAnswers } from '../ports.ts';
import type { TenantDoors } from '../tenant.ts';
import { encodeMessage, parseTimeout, readFrame, writeFrame } from './framing.ts';
import { readMessage } from './read-message.ts';
import type { GrpcPorts } from './server.ts';

const OK_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' } as const;
const OK_TRAILERS = { 'grpc-status': '0' } as const;
/** Longest grpc-message; the rest of a fault's text is in the details. */
const MESSAGE_LENGTH_MAX = 1024;

/** What the Export of one service carries. */
export interface Signal {
  /** The method's path. */
  readonly path: string;
  readonly take: Accepted['take'];
  readonly rejectedCount: RejectedCount;
}

/** OTLP/gRPC (opentelemetry-proto, collector services): one unary Export per signal. */
export const signals: readonly Signal[] = [
  {
    path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    take: (tenant, bytes) => takeBatch(tenant, tenant.otlp.decodeProtobuf(bytes)),
    rejectedCount: 'rejectedDataPoints',
  },
  {
    path: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    take: (tenant, bytes) => tenant.events.acceptLogs(bytes, 'protobuf'),
    rejectedCount: 'rejectedLogRecords',
  },
];

interface Call {
  readonly tenant: TenantDoors;
  readonly coding: ContentCoding;
}

/** Handles one Export: reads the message, stores it, answers with status in the trailers. */
export function createExportCall(config: ServeConfig, ports: GrpcPorts, meter: RouteMeter, signal: Signal) {
  const points = createPointMeter(ports.telemetry).otlp_grpc;
  return async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    const startMs = ports.clock.monotonicMs();
    ports.lifecycle.begin();
    stream.once('close', ports.lifecycle.end);
    let status: string;
    try {
      const call = accept(ports, config, headers);
      const outcome = isFault(call)
        ? call
        : await withDeadline(config, ports, headers, (stop) =>
            serve(call, signal.take, config, ports, stream, stop),
          );
      if (!isFault(outcome)) points.add(outcome.pointCount);
      status = answer(ports.answers, stream, signal.rejectedCount, outcome);
    } catch (error) {
      ports.logger.error('a gRPC call failed unexpectedly', { error });
      status = answer(
        ports.answers,
        stream,
        signal.rejectedCount,
        permanent('internal', 'an unexpected error; the log of the service has the details'),
      );
    }
    meter.done(status, startMs);
  };
}

function accept(ports: GrpcPorts, config: ServeConfig, headers: IncomingHttpHeaders): Call | Fault {
  const principal = ports.authenticator.authorize(headers.authorization, 'write');
  if (isFault(principal)) return principal;
  const encoding = headers['grpc-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return permanent(
      'unsupported',
      `grpc-encoding ${String(encoding).slice(0, 32)} is not supported (supported: identity, gzip)`,
    );
  }
  const tenant = ports.tenants(principal.tenant);
  if (!ports.lifecycle.accepting) return retryable('unavailable', ports.lifecycle.reason, config.retry_after);
  if (tenant === undefined) return permanent('forbidden', `there is no tenant ${principal.tenant}`);
  return { tenant, coding: encoding };
}

/** Runs `work` no longer than the client's grpc-timeout and the time for a whole request to come in. */
async function withDeadline(
  config: ServeConfig,
  ports: GrpcPorts,
  headers: IncomingHttpHeaders,
  work: (stop: AbortSignal) => Promise<Ingested | Fault>,
): Promise<Ingested | Fault> {
  const header = headers['grpc-timeout'];
  const askedMs = parseTimeout(Array.isArray(header) ? header[0] : header);
  if (isFault(askedMs)) return askedMs;
  const limitMs = Math.min(askedMs ?? Number.POSITIVE_INFINITY, config.request_timeout);
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = ports.clock.after(limitMs, () => {
      resolve(permanent('timeout', 'the deadline passed before the data was stored'));
      stop.abort();
    });
    work(stop.signal)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}

async function serve(
  call: Call,
  take: Accepted['take'],
  config: ServeConfig,
  ports: GrpcPorts,
  stream: ServerHttp2Stream,
  stop: AbortSignal,
): Promise<Ingested | Fault> {
  const load = emptyLoad();
  try {
    const body = await readMessage(stream, config.body_size_max, ports.flight, load, stop);
    return isFault(body) ? body : await store(call, take, config, ports, body, stop);
  } finally {
    // Not when the deadline passes: the buffer is in use until this is over.
    ports.flight.release(load);
  }
}

async function store(
  { tenant, coding }: Call,
  take: Accepted['take'],
  config: ServeConfig,
  ports: GrpcPorts,
  body: Uint8Array,
  stop: AbortSignal,
): Promise<Ingested | Fault> {
  const frame = readFrame(body);
  if (isFault(frame)) return frame;
  if (frame.compressed && coding === 'identity')
    return permanent('invalid', 'a compressed message without grpc-encoding');
  const inflating = ports.inflater.inflate(
    frame.payload,
    frame.compressed ? coding : 'identity',
    config.body_size_max,
  );
  const bytes = inflating instanceof Promise ? await inflating : inflating;
  if (isFault(bytes)) return bytes;
  if (stop.aborted) return permanent('timeout', 'the deadline passed before the data was stored');
  const admission = ports.admit(bytes.length);
  if (isFault(admission)) return admission;
  try {
    return await take(tenant, bytes);
  } finally {
    admission.release();
  }
}

/** Sends the answer; returns the status for the counters. */
function answer(
  answers: OtlpAnswers,
  stream: ServerHttp2Stream,
  rejectedCount: RejectedCount,
  outcome: Ingested | Fault,
): string {
  if (isFault(outcome)) return answerFault(answers, stream, outcome);
  if (stream.destroyed || stream.headersSent) return 'OK';
  const { rejections } = outcome;
  stream.respond(OK_HEADERS, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(OK_TRAILERS));
  stream.end(
    writeFrame(
      answers.encodeExportResponse(
        rejections.points,
        rejections.message(),
        'protobuf',
        undefined,
        rejectedCount,
      ),
    ),
  );
  return 'OK';
}

function answerFault(answers: OtlpAnswers, stream: ServerHttp2Stream, fault: Fault): string {
  const { code, name } = answers.grpcStatusOf(fault);
  if (stream.destroyed || stream.headersSent) return name;
  stream.respond(
    {
      ...OK_HEADERS,
      'grpc-status': String(code),
      'grpc-message': encodeMessage(fault.message.slice(0, MESSAGE_LENGTH_MAX)),
      'grpc-status-details-bin': Buffer.from(answers.encodeStatus(fault, 'protobuf'))
        .toString('base64')
        .replace(/=+$/, ''),
      ...(fault.code === 'unsupported' ? { 'grpc-accept-encoding': 'identity,gzip' } : {}),
    },
    { endStream: true },
  );
  // What the client is still sending is of no use: without an error, it may stop now.
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  return name;
}
