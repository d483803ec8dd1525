import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Prng } from '../../otel-processor/src/base/index.ts';

interface Told {
  readonly key: string;
  readonly event: string;
  readonly groupId: string;
}

/** A program that takes notifications: it loses answers, refuses now and then, and keeps what it has taken. */
export class Outside {
  readonly told: Told[] = [];
  readonly #prng: Prng;
  #server: Server | undefined;
  #port = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/in`;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const chance = this.#prng.next();
        if (chance < 0.1) {
          response.writeHead(503, { 'Retry-After': '0' }).end();
          return;
        }
        const { event, group } = JSON.parse(Buffer.concat(chunks).toString()) as {
          event: string;
          group: { id: string };
        };
        this.told.push({ key: String(request.headers['idempotency-key']), event, groupId: group.id });
        // Taken, and the answer is lost.
        if (chance < 0.2) request.socket.destroy();
        else response.writeHead(200).end();
      });
    });
    const server = this.#server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Events of a group in order, each attempt at the same content once. */
  eventsOf(groupId: string): string[] {
    const seen = new Set<string>();
    return this.told.flatMap(({ key, event, groupId: id }) => {
      if (id !== groupId || seen.has(key)) return [];
      seen.add(key);
      return [event];
    });
  }
}

/** Messages of a chat platform, which can be found by the delivery's id. */
export interface ChatMessage {
  readonly messageId: string;
  readonly deliveryId: string;
  readonly threadId: string | null;
  state: string;
  story: number[];
}
