import { connect, type Socket } from 'node:net';

/**
 * The load side: HTTP/1.1 over raw keep-alive sockets, one request in flight per connection, bodies ready
 * made. A client library would cost more CPU than the server under test.
 */

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** From the first byte written to the last byte read. */
  readonly wallMs: number;
}

export interface RequestShape {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/** One keep-alive connection. Requests are sent one after the other; a second one waits for the first. */
export class Connection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  /** See `parseAnswer`. */
  #neededBytes = 0;
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void; atMs: number } | undefined;

  private constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  static async open(host: string, port: number): Promise<Connection> {
    const connection = new Connection(host, port);
    await connection.#connect();
    return connection;
  }

  async #connect(): Promise<void> {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.removeAllListeners('error');
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('connection closed by the server')));
    this.#socket = socket;
  }

  /** Rejects when the connection breaks before the whole answer is here. */
  async send(shape: RequestShape, body?: Uint8Array): Promise<Answer> {
    if (this.#waiting !== undefined) throw new Error('one request at a time on a connection');
    if (this.#socket === undefined) await this.#connect();
    const socket = this.#socket!;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, atMs: performance.now() };
      socket.cork();
      socket.write(headOf(shape, this.#host, body?.length ?? 0));
      if (body !== undefined && body.length > 0) socket.write(body);
      socket.uncork();
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #fail(error: Error): void {
    this.#socket = undefined;
    const waiting = this.#waiting;
    this.#forget();
    waiting?.reject(error);
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    // A large answer is put together once, when its end may be here, and not with every piece that comes.
    if (this.#receivedBytes < this.#neededBytes || !mayEndAnswer(chunk, this.#neededBytes)) return;
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received, this.#receivedBytes);
    this.#received = [all];
    const answer = parseAnswer(all);
    if (typeof answer === 'number') {
      this.#neededBytes = answer;
      return;
    }
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#forget();
    waiting.resolve({ ...answer, wallMs: performance.now() - waiting.atMs });
  }

  #forget(): void {
    this.#waiting = undefined;
    this.#received = [];
    this.#receivedBytes = 0;
    this.#neededBytes = 0;
  }
}

/** False only when the pieces so far cannot be a whole answer: one in chunks ends with an empty chunk. */
function mayEndAnswer(last: Buffer, neededBytes: number): boolean {
  return neededBytes !== IN_CHUNKS || last.toString('latin1', Math.max(0, last.length - 2)) === '\r\n';
}

/** The answer says its end by an empty chunk and not by a length. */
const IN_CHUNKS = -1;

function headOf(shape: RequestShape, host: string, bodyBytes: number): string {
  let head = `${shape.method} ${shape.path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of Object.entries(shape.headers)) head += `${name}: ${value}\r\n`;
  if (shape.method !== 'GET') head += `content-length: ${bodyBytes}\r\n`;
  return `${head}\r\n`;
}

/** The whole answer; or how many bytes it has in all, 0 when that is not known yet, `IN_CHUNKS` when it is not said. */
function parseAnswer(bytes: Buffer): { status: number; body: Buffer } | number {
  const headEnd = bytes.indexOf(HEADER_END);
  if (headEnd < 0) return 0;
  const head = bytes.toString('latin1', 0, headEnd);
  const status = Number(head.slice(9, 12));
  const bodyStart = headEnd + HEADER_END.length;
  const length = /^content-length: *(\d+)/im.exec(head);
  if (length !== null) {
    const end = bodyStart + Number(length[1]);
    return bytes.length < end ? end : { status, body: bytes.subarray(bodyStart, end) };
  }
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const body = parseChunks(bytes, bodyStart);
    return body === undefined ? IN_CHUNKS : { status, body };
  }
  return { status, body: Buffer.alloc(0) };
}

function parseChunks(bytes: Buffer, start: number): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

export interface LoadResult {
  readonly requests: number;
  readonly latenciesMs: number[];
}

/**
 * Sends `jobs` with one connection per lane; a lane's jobs go out in order, lanes run side by side. Throws
 * when an answer is not a success, because a rate of refused requests means nothing.
 */
export async function drive(
  target: { host: string; port: number },
  shape: RequestShape,
  lanes: readonly (readonly Uint8Array[])[],
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  await Promise.all(
    lanes.map(async (jobs) => {
      const connection = await Connection.open(target.host, target.port);
      try {
        for (const body of jobs) {
          const answer = await connection.send(shape, body);
          if (answer.status < 200 || answer.status > 299) {
            throw new Error(
              `${shape.path} answered ${answer.status}: ${answer.body.toString('utf8', 0, 500)}`,
            );
          }
          latenciesMs.push(answer.wallMs);
        }
      } finally {
        connection.close();
      }
    }),
  );
  return { requests: latenciesMs.length, latenciesMs };
}

/** Deals jobs to lanes by `laneOf`, keeping their order. */
export function toLanes<T>(jobs: readonly T[], laneCount: number, laneOf: (index: number) => number): T[][] {
  const lanes: T[][] = Array.from({ length: laneCount }, () => []);
  for (let i = 0; i < jobs.length; i++) lanes[laneOf(i) % laneCount].push(jobs[i]);
  return lanes;
}
