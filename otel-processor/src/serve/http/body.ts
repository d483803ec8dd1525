import type { IncomingMessage } from 'node:http';
import { type Fault, permanent } from '../../base/index.ts';
import type { Flight, FlightLoad } from './flight.ts';
import { tooLarge } from './inflate.ts';

/**
 * Reads a request's body, at most `sizeMax` bytes, charging them to `load` as they come; the bytes are valid until
 * `load` is released. A fault leaves the rest of the body unread: see `discard`.
 */
export function readBody(
  request: IncomingMessage,
  sizeMax: number,
  flight: Flight,
  load: FlightLoad,
): Promise<Uint8Array | Fault> {
  const declared = request.headers['content-length'];
  const declaredSize = declared === undefined ? 0 : Number(declared);
  if (declaredSize > sizeMax) return Promise.resolve(tooLarge(sizeMax, 'before decompression'));
  const refused = flight.charge(load, declaredSize);
  if (refused !== undefined) return Promise.resolve(refused);
  const sink = declared === undefined ? listSink() : pooledSink(flight, load, declaredSize);
  return new Promise((resolve) => {
    let size = 0;
    const settle = (result: Uint8Array | Fault): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      const extra = size - load.sizeBytes;
      const fault =
        size > sizeMax
          ? tooLarge(sizeMax, 'before decompression')
          : extra > 0
            ? flight.charge(load, extra)
            : undefined;
      if (fault === undefined) sink.add(chunk, size - chunk.length);
      else settle(fault);
    };
    const onEnd = (): void => settle(sink.bytes(size));
    const onClose = (): void => settle(permanent('canceled', 'the client went away while sending the body'));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
  });
}

interface Sink {
  add(chunk: Buffer, offset: number): void;
  bytes(size: number): Uint8Array;
}

/** For a body whose length is known: chunks are copied into one reused buffer and die young. */
function pooledSink(flight: Flight, load: FlightLoad, declaredSize: number): Sink {
  let whole: Buffer | undefined;
  let target: Uint8Array | undefined;
  return {
    add(chunk, offset) {
      if (offset === 0 && chunk.length === declaredSize) {
        whole = chunk;
        return;
      }
      target ??= flight.buffer(load, declaredSize);
      target.set(chunk, offset);
    },
    bytes: (size) => whole ?? target?.subarray(0, size) ?? new Uint8Array(0),
  };
}

function listSink(): Sink {
  const chunks: Buffer[] = [];
  return {
    add: (chunk) => {
      chunks.push(chunk);
    },
    bytes: (size) => (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)),
  };
}

/**
 * Throws away what is left of a refused request's body, so that the client, who may still be sending, gets to
 * read the answer. Beyond `sizeMax` more bytes the connection is cut.
 */
export function discard(request: IncomingMessage, sizeMax: number): void {
  if (request.readableEnded || request.destroyed) return;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > sizeMax) request.destroy();
  });
  request.on('error', () => {});
  request.resume();
}
