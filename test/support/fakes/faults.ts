import type { Answer } from './fake-http.ts';

/** What goes wrong with a call. */
export type Effect =
  /** It is answered with this, and not done. */
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** It is done, and the connection is cut before the answer. */
  | { readonly kind: 'lose_answer' }
  /** It is not done, and the connection is cut. */
  | { readonly kind: 'lose_request' }
  /** It is done after a while. */
  | { readonly kind: 'delay'; readonly delayMs: number };

interface Planned<Call> {
  readonly matches: (call: Call) => boolean;
  readonly effect: Effect;
  timesLeft: number;
}

/** What a test wants to go wrong, in the order in which it was asked for. */
export class FaultPlan<Call> {
  #planned: Planned<Call>[] = [];

  add(matches: (call: Call) => boolean, effect: Effect, times = 1): void {
    this.#planned.push({ matches, effect, timesLeft: times });
  }

  /** The first fault that is meant for this call; it counts as used. */
  take(call: Call): Effect | undefined {
    const found = this.#planned.find(({ matches }) => matches(call));
    if (found === undefined) return undefined;
    found.timesLeft -= 1;
    if (found.timesLeft <= 0) this.#planned = this.#planned.filter((each) => each !== found);
    return found.effect;
  }

  clear(): void {
    this.#planned = [];
  }
}

/** Allows `burst` at once and `perSecond` after that; says in how many milliseconds the next is allowed, 0: this one is. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #atMs: number | undefined;

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  take(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs));
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs / 1000) * this.#perSecond);
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return ((1 - this.#tokens) / this.#perSecond) * 1000;
  }
}
