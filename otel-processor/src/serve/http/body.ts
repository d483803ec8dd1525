import type { IncomingMessage } from 'node:http';
import { type Fault, permanent } from '../../base/index.ts';
import type { Flight, FlightLoad } from './flight.ts';
import { tooLarge } from './inflate.ts';

/**
 * Reads a request's body, at most `sizeMax` bytes, charging them to `load` as they come. A fault leaves the
 * rest of the body unread: see `discard`.
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
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Uint8Array | Fault): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > sizeMax) return settle(tooLarge(sizeMax, 'before decompression'));
      if (size > load.sizeBytes) {
        const overload = flight.charge(load, size - load.sizeBytes);
        if (overload !== undefined) return settle(overload);
      }
      chunks.push(chunk);
    };
    const onEnd = (): void => settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
    const onClose = (): void => settle(permanent('canceled', 'the client went away while sending the body'));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
  });
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
