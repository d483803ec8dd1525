import type { Clock, Timer } from './clock.ts';

/** A clock that moves only when told to; timers fire in order of time, then of creation. */
export class ManualClock implements Clock {
  #nowMs: number;
  #elapsedMs = 0;
  #order = 0;
  #pending: { readonly atMs: number; readonly order: number; readonly run: () => void }[] = [];

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
    const timer = { atMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#pending.push(timer);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((each) => each !== timer);
      },
    };
  }

  /** Moves forward by `durationMs`, firing each timer at its own time; what they set off gets its turn in between. */
  async advance(durationMs: number): Promise<void> {
    const targetMs = this.#elapsedMs + durationMs;
    for (;;) {
      await settled();
      const next = this.#pending.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order).at(0);
      if (next === undefined || next.atMs > targetMs) break;
      this.#pending = this.#pending.filter((each) => each !== next);
      this.#moveTo(next.atMs);
      next.run();
    }
    this.#moveTo(targetMs);
    await settled();
  }

  #moveTo(elapsedMs: number): void {
    this.#nowMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
