import type { Clock } from '../base/index.ts';

/** Whether the doors take requests, and how many they are busy with. */
export interface Lifecycle {
  readonly accepting: boolean;
  /** Why not, when not. */
  readonly reason: string;
  readonly inFlight: number;
  begin(): void;
  end(): void;
  /** From here on requests are accepted. */
  ready(): void;
  /** Stops accepting; settles when nothing is in flight, or after `deadlineMs` with what still is. */
  drain(deadlineMs: number): Promise<number>;
}

export function createLifecycle(clock: Clock): Lifecycle {
  let reason = 'starting: replaying what was stored';
  let accepting = false;
  let inFlight = 0;
  let idle: (() => void) | undefined;
  return {
    get accepting() {
      return accepting;
    },
    get reason() {
      return accepting ? '' : reason;
    },
    get inFlight() {
      return inFlight;
    },
    begin() {
      inFlight += 1;
    },
    end() {
      inFlight -= 1;
      if (inFlight === 0) idle?.();
    },
    ready() {
      accepting = true;
    },
    drain(deadlineMs) {
      accepting = false;
      reason = 'shutting down';
      if (inFlight === 0) return Promise.resolve(0);
      return new Promise((resolve) => {
        const timer = clock.after(deadlineMs, () => resolve(inFlight));
        idle = () => {
          timer.cancel();
          resolve(0);
        };
      });
    },
  };
}
