import type { ServerHttp2Stream } from 'node:http2';
import { type Fault, permanent } from '../../base/index.ts';
import type { Flight, FlightLoad } from '../http/flight.ts';
import { tooLarge } from '../http/inflate.ts';
import { messageSize, PREFIX_SIZE } from './framing.ts';

/**
 * Reads a unary call's message with its prefix, charging it to `load`; the bytes are valid until `load` is released.
 * `too_large` as soon as the prefix announces more than `sizeMax`, `canceled` when the client leaves or `stop` aborts.
 */
export function readMessage(
  stream: ServerHttp2Stream,
  sizeMax: number,
  flight: Flight,
  load: FlightLoad,
  stop: AbortSignal,
): Promise<Uint8Array | Fault> {
  return new Promise((resolve) => {
    const gather = createGatherer(sizeMax, flight, load);
    const settle = (result: Uint8Array | Fault): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onClose);
      stop.removeEventListener('abort', onClose);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      const fault = gather.add(chunk);
      if (fault !== undefined) settle(fault);
    };
    const onEnd = (): void => settle(gather.bytes());
    const onClose = (): void =>
      settle(permanent('canceled', 'the client went away while sending the message'));
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('close', onClose);
    stop.addEventListener('abort', onClose, { once: true });
  });
}

/** Gathers chunks in one reused buffer, whose size is known with the prefix. */
function createGatherer(sizeMax: number, flight: Flight, load: FlightLoad) {
  let size = 0;
  let target: Uint8Array | undefined;
  /** What came before the prefix was whole: almost always nothing. */
  let head: Buffer = Buffer.alloc(0);

  const begin = (first: Buffer): Fault | undefined => {
    const announced = messageSize(first);
    if (announced > sizeMax) return tooLarge(sizeMax, 'before decompression');
    const fault = flight.charge(load, PREFIX_SIZE + announced);
    if (fault === undefined) target = flight.buffer(load, PREFIX_SIZE + announced);
    return fault;
  };

  return {
    add(chunk: Buffer): Fault | undefined {
      let part = chunk;
      if (target === undefined) {
        if (head.length > 0) part = Buffer.concat([head, chunk]);
        if (part.length < PREFIX_SIZE) {
          head = part;
          return undefined;
        }
        const fault = begin(part);
        if (fault !== undefined) return fault;
      }
      if (target === undefined || size + part.length > load.sizeBytes) {
        return permanent('invalid', 'a unary call carries exactly one message');
      }
      target.set(part, size);
      size += part.length;
      return undefined;
    },
    bytes: (): Uint8Array => target?.subarray(0, size) ?? head,
  };
}
