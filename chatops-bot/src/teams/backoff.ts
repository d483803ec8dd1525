import { createHash } from 'node:crypto';
import type { Clock } from '../base/index.ts';

const FIRST_MS = 1000;
const MOST_MS = 60_000;
const PLACES_MAX = 5000;

/**
 * How long a conversation that answered 429 is left alone: as long as Teams says, else doubling, with some of it by chance
 * (of the place and the count), so that conversations that were limited together do not come back together.
 */
export class Backoff {
  readonly #clock: Clock;
  readonly #places = new Map<string, { readonly untilMs: number; readonly count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Still to wait; 0: it may be tried. */
  remainingMs(place: string): number {
    return Math.max(0, (this.#places.get(place)?.untilMs ?? 0) - this.#clock.monotonicMs());
  }

  /** Teams asked to wait; how long it is to be. */
  limited(place: string, retryAfterMs: number | undefined): number {
    const count = (this.#places.get(place)?.count ?? 0) + 1;
    const doubled = Math.min(MOST_MS, FIRST_MS * 2 ** (count - 1));
    const part = createHash('sha256').update(`${place} ${count}`).digest().readUInt16BE(0) / 65_536;
    const pauseMs = Math.round((retryAfterMs ?? doubled) + (doubled / 4) * part);
    if (this.#places.size >= PLACES_MAX) this.#places.clear();
    this.#places.set(place, { untilMs: this.#clock.monotonicMs() + pauseMs, count });
    return pauseMs;
  }

  passed(place: string): void {
    this.#places.delete(place);
  }
}
