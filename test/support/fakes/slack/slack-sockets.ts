import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketPeer } from '../web-socket.ts';
import { APP_ID } from './workspace.ts';

export interface SocketEnvelope {
  readonly type: 'events_api' | 'slash_commands' | 'interactive';
  readonly payload: unknown;
  readonly retryAttempt: number;
}

/** Connections of Socket Mode. */
export class SlackSockets {
  readonly #peers = new Set<WebSocketPeer>();
  readonly #waiting = new Map<string, (payload: unknown) => void>();

  get count(): number {
    return this.#peers.size;
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    const peer = new WebSocketPeer(request, socket);
    this.#peers.add(peer);
    peer.onClose = () => this.#peers.delete(peer);
    peer.onText = (text) => {
      const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
      if (id === undefined) return;
      this.#waiting.get(id)?.(payload ?? {});
      this.#waiting.delete(id);
    };
    peer.sendText(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#peers.size,
        connection_info: { app_id: APP_ID },
        debug_info: { host: 'fake', approximate_connection_time: 18060 },
      }),
    );
  }

  /** Sends to one of the connections; what was acknowledged with, or undefined when nothing came in time. */
  async deliver(envelope: SocketEnvelope, timeoutMs: number): Promise<unknown> {
    const [peer] = this.#peers;
    if (peer === undefined) throw new Error('no client is connected by Socket Mode');
    const id = randomUUID();
    const isEvent = envelope.type === 'events_api';
    peer.sendText(
      JSON.stringify({
        envelope_id: id,
        type: envelope.type,
        payload: envelope.payload,
        accepts_response_payload: !isEvent,
        ...(isEvent
          ? { retry_attempt: envelope.retryAttempt, retry_reason: envelope.retryAttempt > 0 ? 'timeout' : '' }
          : {}),
      }),
    );
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(undefined);
      }, timeoutMs);
      this.#waiting.set(id, (payload) => {
        clearTimeout(timer);
        resolve(payload);
      });
    });
  }

  /** Slack asks clients to connect anew now and then. */
  askToReconnect(): void {
    for (const peer of this.#peers) {
      peer.sendText(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    }
  }

  cutAll(): void {
    for (const peer of [...this.#peers]) peer.cut();
  }

  closeAll(): void {
    for (const peer of [...this.#peers]) peer.close();
  }
}
