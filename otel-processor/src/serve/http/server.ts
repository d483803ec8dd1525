import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Logger, permanent, type Telemetry } from '../../base/index.ts';
import type { Api } from '../api.ts';
import { answerFault } from '../api.ts';
import type { ServeConfig } from '../config.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { TlsMaterial } from '../tls.ts';
import type { BrowserGuard } from './guard.ts';
import type { IngestHandler } from './ingest-door.ts';

export interface HttpDoorPorts {
  readonly ingest: ReadonlyMap<string, IngestHandler>;
  readonly api: Api;
  readonly guard: BrowserGuard;
  readonly lifecycle: Lifecycle;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly tls: TlsMaterial | undefined;
}

/** The HTTP/1.1 server: limits on connections and headers, then ingest routes, then the API's router. */
export function createHttpServer(config: ServeConfig, ports: HttpDoorPorts): Server {
  const options = {
    maxHeaderSize: config.header_size_max,
    headersTimeout: Math.min(config.header_timeout, config.request_timeout),
    requestTimeout: config.request_timeout,
    keepAliveTimeout: config.idle_timeout,
    connectionsCheckingInterval: 1000,
    noDelay: true,
    requireHostHeader: true,
  };
  const server: Server =
    ports.tls === undefined
      ? createPlainServer(options)
      : createSecureServer({ ...options, cert: ports.tls.cert, key: ports.tls.key, minVersion: 'TLSv1.2' });
  server.maxConnections = config.connections_max;
  // The size of all headers bounds their number for the parser; how many there may be is answered and counted here.
  server.maxHeadersCount = 0;
  server.on('request', createListener(config, ports));
  observeConnections(server, ports);
  return server;
}

function createListener(
  config: ServeConfig,
  ports: HttpDoorPorts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { ingest, api, guard, logger } = ports;
  const limits = createLimitCheck(config, ports.telemetry);
  const apiListener = getRequestListener(api.hono.fetch, { overrideGlobalObjects: false });
  const failed = (error: unknown, response: ServerResponse): void => {
    logger.error('a request failed unexpectedly', { error });
    if (!response.headersSent) response.writeHead(500);
    response.end();
  };
  return (request, response) => {
    ports.lifecycle.begin();
    response.once('close', ports.lifecycle.end);
    const url = request.url ?? '/';
    const guarded = limits(request) ?? guard.check(request, response);
    if (guarded === true) return;
    if (guarded !== false) {
      const refusal = guarded instanceof Response ? guarded : answerFault(guarded);
      void sendResponse(refusal, response);
      request.resume();
      return;
    }
    const end = url.indexOf('?');
    const handler = ingest.get(end < 0 ? url : url.slice(0, end));
    if (handler !== undefined) {
      handler(request, response).catch((error) => failed(error, response));
      return;
    }
    if (!ports.lifecycle.accepting) response.shouldKeepAlive = false;
    apiListener(request, response).catch((error: unknown) => failed(error, response));
  };
}

function createLimitCheck(config: ServeConfig, telemetry: Telemetry) {
  const refused = (limit: string) =>
    telemetry.counter('statbar_request_limit_total', 'Requests refused for their shape, by limit.', {
      limit,
    });
  const urls = refused('url_length_max');
  const headers = refused('header_count_max');
  return (request: IncomingMessage) => {
    if ((request.url?.length ?? 0) > config.url_length_max) {
      urls.add(1);
      const fault = permanent(
        'invalid',
        `the URL is longer than ${config.url_length_max} characters (limit: serve.url_length_max)`,
      );
      return answerFault(fault, 414);
    }
    if (request.rawHeaders.length > config.header_count_max * 2) {
      headers.add(1);
      const fault = permanent(
        'invalid',
        `more than ${config.header_count_max} headers (limit: serve.header_count_max)`,
      );
      return answerFault(fault, 431);
    }
    return undefined;
  };
}

async function sendResponse(from: Response, to: ServerResponse): Promise<void> {
  const body = Buffer.from(await from.arrayBuffer());
  to.writeHead(from.status, { ...Object.fromEntries(from.headers), 'Content-Length': body.length });
  to.end(body);
}

function observeConnections(server: Server, { telemetry }: HttpDoorPorts): void {
  let open = 0;
  telemetry.observed('statbar_connections', 'Open connections.', 'gauge', () => open, { door: 'http' });
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
  });
  server.on('drop', () => {
    telemetry
      .counter('statbar_request_limit_total', 'Requests refused for their shape, by limit.', {
        limit: 'connections_max',
      })
      .add(1);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = clientErrorStatus(error.code);
    telemetry
      .counter(
        'statbar_client_errors_total',
        'Connections closed for what came in before a request was whole.',
        {
          reason: clientErrorReasons[error.code ?? ''] ?? 'malformed',
        },
      )
      .add(1);
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return socket;
  });
}

const clientErrorReasons: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'header_size_max',
  ECONNRESET: 'reset',
};

function clientErrorStatus(code: string | undefined): string {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return '400 Bad Request';
}
