import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What came in, whole. */
export interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects go out as JSON. */
  readonly body?: unknown;
}

/** The connection is cut instead of an answer. */
export const hangUp = Symbol('hang up');

export type Handler = (incoming: Incoming) => Promise<Answer | typeof hangUp>;

const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** An HTTP server on a port of the loopback interface, for stand-ins of services. */
export class FakeHttp {
  readonly #handle: Handler;
  readonly #upgrade: ((request: IncomingMessage, socket: Duplex) => void) | undefined;
  #server: Server | undefined;
  #port = 0;

  constructor(handle: Handler, upgrade?: (request: IncomingMessage, socket: Duplex) => void) {
    this.#handle = handle;
    this.#upgrade = upgrade;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes a free port; after a stop the same one again, so that whoever knows the address finds it. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    if (this.#upgrade !== undefined) {
      const upgrade = this.#upgrade;
      server.on('upgrade', (request, socket) => upgrade(request, socket));
    }
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of request) {
        sizeBytes += (chunk as Buffer).length;
        if (sizeBytes > BODY_BYTES_MAX) break;
        chunks.push(chunk as Buffer);
      }
      const answer = await this.#handle({
        method: request.method ?? 'GET',
        url: new URL(request.url ?? '/', this.url),
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      if (answer === hangUp) request.socket.destroy();
      else write(response, answer);
    } catch (error) {
      // A mistake in a stand-in must be seen in the test, not time out.
      if (!response.headersSent) write(response, { status: 500, body: String((error as Error).stack) });
    }
  }
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = typeof body === 'string' || body === undefined;
  response.writeHead(status, {
    'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8',
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}
