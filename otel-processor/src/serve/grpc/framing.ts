import { type Fault, permanent } from '../../base/index.ts';

/** Flag and length before each message (gRPC over HTTP2, "Length-Prefixed-Message"). */
export const PREFIX_SIZE = 5;

export interface Frame {
  readonly compressed: boolean;
  readonly payload: Uint8Array;
}

/** Splits the one message of a unary call from its prefix. */
export function readFrame(bytes: Uint8Array): Frame | Fault {
  if (bytes.length < PREFIX_SIZE) return permanent('invalid', 'the request carries no message');
  const flag = bytes[0];
  if (flag > 1) return permanent('invalid', `unknown message flag ${flag}`);
  const size = messageSize(bytes);
  if (bytes.length < PREFIX_SIZE + size)
    return permanent('invalid', 'the message is shorter than its length says');
  if (bytes.length > PREFIX_SIZE + size)
    return permanent('invalid', 'a unary call carries exactly one message');
  return { compressed: flag === 1, payload: bytes.subarray(PREFIX_SIZE) };
}

/** Length of the message that begins at `bytes[0]`; needs the five bytes of the prefix. */
export function messageSize(bytes: Uint8Array): number {
  return ((bytes[1] << 24) | (bytes[2] << 16) | (bytes[3] << 8) | bytes[4]) >>> 0;
}

/** An uncompressed message with its prefix. */
export function writeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_SIZE + payload.length);
  frame[0] = 0;
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, PREFIX_SIZE);
  return frame;
}

const timeoutUnitsMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** A `grpc-timeout` header (`10S`, at most 8 digits) in milliseconds; undefined when absent. */
export function parseTimeout(header: string | undefined): number | undefined | Fault {
  if (header === undefined) return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(header);
  if (match === null) return permanent('invalid', 'the grpc-timeout header is malformed');
  return Number(match[1]) * timeoutUnitsMs[match[2]];
}

/** Percent-encodes a status message: everything but printable ASCII, and the percent sign. */
export function encodeMessage(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
