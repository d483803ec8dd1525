/** Handle of a pending timer. */
export interface Timer {
  cancel(): void;
}

/** The only source of time. It is passed in, so that a test or a simulation can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds from an arbitrary origin; never goes back. For durations and timeouts. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. The timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
  /** Calls `run` every `periodMs` until cancelled. The timer does not keep the process alive. */
  every(periodMs: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  every(periodMs, run) {
    const handle = setInterval(run, periodMs);
    handle.unref();
    return { cancel: () => clearInterval(handle) };
  },
};

interface Pending {
  atMs: number;
  readonly order: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

/** A clock that moves only when told to; timers fire in order of time, then of creation. */
export class ManualClock implements Clock {
  #nowMs: number;
  #elapsedMs = 0;
  #order = 0;
  #pending: Pending[] = [];

  constructor(nowMs = 0) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#add(delayMs, undefined, run);
  }

  every(periodMs: number, run: () => void): Timer {
    return this.#add(periodMs, periodMs, run);
  }

  /** Moves forward by `durationMs`, firing each timer at its own time. */
  advance(durationMs: number): void {
    const targetMs = this.#elapsedMs + durationMs;
    for (;;) {
      this.#pending = this.#pending.filter((timer) => !timer.cancelled);
      this.#pending.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = this.#pending[0];
      if (next === undefined || next.atMs > targetMs) break;
      this.#moveTo(next.atMs);
      if (next.periodMs === undefined) this.#pending.shift();
      else next.atMs += Math.max(1, next.periodMs);
      next.run();
    }
    this.#moveTo(targetMs);
  }

  /** Sets the wall clock as an administrator would: durations and timers do not notice. */
  jumpTo(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  #moveTo(elapsedMs: number): void {
    this.#nowMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }

  #add(delayMs: number, periodMs: number | undefined, run: () => void): Timer {
    const timer: Pending = {
      atMs: this.#elapsedMs + delayMs,
      order: this.#order++,
      periodMs,
      run,
      cancelled: false,
    };
    this.#pending.push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }
}
