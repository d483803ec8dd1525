import { type Fault, retryable } from '../../base/index.ts';
import { createBodyPool } from './body-pool.ts';

/** Counts the bytes of request bodies held at once, for both doors together, and refuses what is over the limit. */
export interface Flight {
  /** Charges `sizeBytes` to `load`, or says that the client must come back later. */
  charge(load: FlightLoad, sizeBytes: number): Fault | undefined;
  /** A buffer of `sizeBytes` for the body, which must be charged already; it lives until `release`. */
  buffer(load: FlightLoad, sizeBytes: number): Uint8Array;
  /** Gives back everything charged to `load`, and its buffer: nobody may look at the body any more. */
  release(load: FlightLoad): void;
  readonly sizeBytes: number;
}

/** What one request holds. */
export interface FlightLoad {
  sizeBytes: number;
  buffer: Uint8Array | undefined;
}

export function emptyLoad(): FlightLoad {
  return { sizeBytes: 0, buffer: undefined };
}

/** Bytes of idle buffers kept for the next requests. */
const IDLE_BYTES_MAX = 16 * 1024 * 1024;

export function createFlight(sizeMax: number, retryAfterMs: number, refused: () => void): Flight {
  let totalBytes = 0;
  const pool = createBodyPool(IDLE_BYTES_MAX);
  return {
    charge(load, sizeBytes) {
      if (totalBytes + sizeBytes > sizeMax && totalBytes > 0) {
        refused();
        return retryable(
          'overloaded',
          `too many request bodies in flight (limit: serve.in_flight_size_max, ${sizeMax} bytes)`,
          retryAfterMs,
        );
      }
      totalBytes += sizeBytes;
      load.sizeBytes += sizeBytes;
      return undefined;
    },
    buffer(load, sizeBytes) {
      load.buffer = pool.take(sizeBytes);
      return load.buffer;
    },
    release(load) {
      totalBytes -= load.sizeBytes;
      load.sizeBytes = 0;
      if (load.buffer !== undefined) pool.give(load.buffer);
      load.buffer = undefined;
    },
    get sizeBytes() {
      return totalBytes;
    },
  };
}
