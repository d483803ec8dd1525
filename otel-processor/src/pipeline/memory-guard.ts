import {
  type Clock,
  type Counter,
  type Fault,
  retryable,
  type Telemetry,
  type Timer,
} from '../base/index.ts';

/** What a process knows of its own size; passed in so that a test can fill it. */
export interface MemoryProbe {
  residentBytes(): number;
  /** Memory of the machine or container, whichever is less. */
  availableBytes(): number;
}

export interface MemoryGuardLimits {
  readonly in_flight_bytes_max: number;
  /** 0: three quarters of what is available. */
  readonly memory_limit: number;
}

/** Held while a request's bytes are in memory. */
export interface Admission {
  release(): void;
}

const CHECK_PERIOD_MS = 500;
const RETRY_AFTER_MS = 1000;

/**
 * Back-pressure before the process is in danger: refuses bytes while too many are in flight, or while resident
 * memory is over its limit. Shared by all tenants and doors, because the process is.
 */
export class MemoryGuard {
  readonly #limits: MemoryGuardLimits;
  readonly #memoryLimitBytes: number;
  readonly #probe: MemoryProbe;
  readonly #clock: Clock;
  readonly #refusedInFlight: Counter;
  readonly #refusedMemory: Counter;
  #timer: Timer | undefined;
  #inFlightBytes = 0;
  #over = false;

  constructor(limits: MemoryGuardLimits, probe: MemoryProbe, clock: Clock, telemetry: Telemetry) {
    this.#limits = limits;
    this.#probe = probe;
    this.#clock = clock;
    this.#memoryLimitBytes =
      limits.memory_limit === 0 ? Math.floor(probe.availableBytes() * 0.75) : limits.memory_limit;
    const refused = (limit: string): Counter =>
      telemetry.counter('statbar_backpressure_total', 'Requests refused with a retryable answer.', { limit });
    this.#refusedInFlight = refused('in_flight_bytes_max');
    this.#refusedMemory = refused('memory_limit');
    telemetry.observed(
      'statbar_in_flight_bytes',
      'Request bytes waiting to be stored.',
      'gauge',
      () => this.#inFlightBytes,
    );
    telemetry.observed(
      'statbar_memory_limit_bytes',
      'Resident memory above which ingest is refused.',
      'gauge',
      () => this.#memoryLimitBytes,
    );
  }

  start(): void {
    this.check();
    this.#timer = this.#clock.every(CHECK_PERIOD_MS, () => this.check());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Looks at resident memory now; ingest resumes once it is five percent under the limit. */
  check(): void {
    const residentBytes = this.#probe.residentBytes();
    this.#over = residentBytes > this.#memoryLimitBytes * (this.#over ? 0.95 : 1);
  }

  /** Room for `sizeBytes` of request, or why not now. */
  admit(sizeBytes: number): Admission | Fault {
    if (this.#over) {
      this.#refusedMemory.add(1);
      return retryable(
        'overloaded',
        `resident memory is over ${this.#memoryLimitBytes} bytes (pipeline.memory_limit)`,
        RETRY_AFTER_MS,
      );
    }
    // One request alone always fits: its own size has a limit elsewhere.
    if (this.#inFlightBytes > 0 && this.#inFlightBytes + sizeBytes > this.#limits.in_flight_bytes_max) {
      this.#refusedInFlight.add(1);
      return retryable(
        'overloaded',
        `${this.#inFlightBytes} request bytes are waiting to be stored (pipeline.in_flight_bytes_max is ${this.#limits.in_flight_bytes_max})`,
        RETRY_AFTER_MS,
      );
    }
    this.#inFlightBytes += sizeBytes;
    let held = true;
    return {
      release: () => {
        if (held) this.#inFlightBytes -= sizeBytes;
        held = false;
      },
    };
  }
}
