import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** The server's end of a WebSocket (RFC 6455): text messages, pings, closing; no fragments, no extensions. */
export class WebSocketPeer {
  readonly #socket: Duplex;
  #received = Buffer.alloc(0);
  #open = true;
  onText: (text: string) => void = () => {};
  onClose: () => void = () => {};

  constructor(request: IncomingMessage, socket: Duplex) {
    this.#socket = socket;
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => this.#ended());
    socket.on('close', () => this.#ended());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  sendText(text: string): void {
    if (this.#open) this.#socket.write(frame(TEXT, Buffer.from(text)));
  }

  ping(): void {
    if (this.#open) this.#socket.write(frame(PING, randomBytes(4)));
  }

  close(): void {
    if (this.#open) this.#socket.write(frame(CLOSE, Buffer.from([3, 232])));
    this.#socket.end();
    this.#ended();
  }

  /** As when a cable is cut. */
  cut(): void {
    this.#socket.destroy();
    this.#ended();
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    this.onClose();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const read = readFrame(this.#received);
      if (read === undefined) return;
      this.#received = this.#received.subarray(read.sizeBytes);
      if (read.opcode === TEXT) this.onText(read.payload.toString());
      else if (read.opcode === PING) this.#socket.write(frame(PONG, read.payload));
      else if (read.opcode === CLOSE) {
        this.close();
        return;
      }
    }
  }
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  let head: Buffer;
  if (length < 126) head = Buffer.from([0x80 | opcode, length]);
  else if (length < 65_536) head = Buffer.from([0x80 | opcode, 126, length >> 8, length & 255]);
  else {
    head = Buffer.alloc(10);
    head[0] = 0x80 | opcode;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

function readFrame(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly sizeBytes: number } | undefined {
  if (bytes.length < 2) return undefined;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  const isMasked = (bytes[1] & 0x80) !== 0;
  const mask = isMasked ? bytes.subarray(at, at + 4) : undefined;
  if (isMasked) at += 4;
  if (bytes.length < at + length) return undefined;
  const payload = Buffer.from(bytes.subarray(at, at + length));
  if (mask !== undefined) for (let i = 0; i < length; i++) payload[i] ^= mask[i & 3];
  return { opcode: bytes[0] & 0x0f, payload, sizeBytes: at + length };
}
