import { type Fault, retryable } from '../../base/index.ts';

/** Counts the bytes of request bodies held at once, for both doors together, and refuses what is over the limit. */
export interface Flight {
  /** Charges `sizeBytes` to `load`, or says that the client must come back later. */
  charge(load: FlightLoad, sizeBytes: number): Fault | undefined;
  /** Gives back everything charged to `load`. */
  release(load: FlightLoad): void;
  readonly sizeBytes: number;
}

export interface FlightLoad {
  sizeBytes: number;
}

export function createFlight(sizeMax: number, retryAfterMs: number, refused: () => void): Flight {
  let totalBytes = 0;
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
    release(load) {
      totalBytes -= load.sizeBytes;
      load.sizeBytes = 0;
    },
    get sizeBytes() {
      return totalBytes;
    },
  };
}
