import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Logger } from '../../base/index.ts';
import type { ServeConfig } from '../config.ts';
import type { IngestPorts } from '../http/ingest-door.ts';
import type { ListeningServer } from '../listen.ts';
import { createMeters } from '../meter.ts';
import type { TlsMaterial } from '../tls.ts';
import { createExportCall, signals } from './export-call.ts';

export interface GrpcPorts extends IngestPorts {
  readonly logger: Logger;
  readonly tls: TlsMaterial | undefined;
}

export type GrpcServer = ListeningServer & {
  /** Takes no new connections or calls; calls in progress go on. */
  goAway(): void;
  /** Ends every connection. */
  shutdown(): Promise<void>;
};

/** Bytes a client may send before it waits: a typical request without a round trip in between. */
const STREAM_WINDOW_SIZE = 1024 * 1024;
const SESSION_WINDOW_SIZE = 4 * 1024 * 1024;

/** OTLP/gRPC framed on `node:http2`: the unary Exports of metrics and logs; everything else is UNIMPLEMENTED. */
export function createGrpcServer(config: ServeConfig, ports: GrpcPorts): GrpcServer {
  const options = {
    maxHeaderListPairs: config.header_count_max + 4,
    settings: {
      maxConcurrentStreams: config.grpc_streams_max,
      maxHeaderListSize: config.header_size_max,
      initialWindowSize: STREAM_WINDOW_SIZE,
      enablePush: false,
    },
  };
  const server: Http2Server =
    ports.tls === undefined
      ? createServer(options)
      : (createSecureServer({
          ...options,
          cert: ports.tls.cert,
          key: ports.tls.key,
          minVersion: 'TLSv1.2',
        }) as unknown as Http2Server);
  server.maxConnections = config.connections_max;
  const sessions = trackSessions(server, config, ports);
  const meters = createMeters(ports.telemetry, ports.clock, 'grpc');
  const exportCalls = new Map(
    signals.map((signal) => [signal.path, createExportCall(config, ports, meters(signal.path), signal)]),
  );
  const otherCall = meters('other');
  server.on('stream', (stream, headers) => {
    stream.on('error', (error) => ports.logger.debug('a gRPC stream failed', { error: error.message }));
    if (!isGrpc(headers)) {
      stream.respond(
        { ':status': headers[':method'] === 'POST' ? 415 : 405, allow: 'POST' },
        { endStream: true },
      );
      return;
    }
    const exportCall = exportCalls.get(headers[':path'] ?? '');
    if (exportCall !== undefined) {
      void exportCall(stream, headers);
      return;
    }
    const startMs = ports.clock.monotonicMs();
    refuseUnknown(stream, headers[':path'] ?? '');
    otherCall.done('UNIMPLEMENTED', startMs);
  });
  return Object.assign(server, {
    goAway() {
      server.close();
      for (const session of sessions) session.close();
    },
    shutdown(): Promise<void> {
      return new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        if (!server.listening) resolve();
        else server.close(() => resolve());
      });
    },
  });
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'] ?? '';
  return headers[':method'] === 'POST' && /^application\/grpc(?:\+proto)?(?:;|$)/i.test(type);
}

function refuseUnknown(stream: ServerHttp2Stream, path: string): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc+proto',
      'grpc-status': '12',
      'grpc-message': `unknown method ${path.replace(/[^\w./-]/g, '?').slice(0, 200)}`,
    },
    { endStream: true },
  );
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}

function trackSessions(server: Http2Server, config: ServeConfig, { telemetry, logger }: GrpcPorts) {
  const sessions = new Set<ServerHttp2Session>();
  telemetry.observed('statbar_connections', 'Open connections.', 'gauge', () => sessions.size, {
    door: 'grpc',
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(SESSION_WINDOW_SIZE);
    session.setTimeout(config.idle_timeout, () => session.close());
    session.on('close', () => sessions.delete(session));
  });
  server.on('sessionError', (error) => {
    telemetry
      .counter(
        'statbar_client_errors_total',
        'Connections closed for what came in before a request was whole.',
        {
          reason: 'http2',
        },
      )
      .add(1);
    logger.debug('a gRPC connection failed', { error: error.message });
  });
  server.on('drop', () => {
    telemetry
      .counter('statbar_request_limit_total', 'Requests refused for their shape, by limit.', {
        limit: 'connections_max',
      })
      .add(1);
  });
  return sessions;
}
