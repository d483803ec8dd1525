import type { ChatTarget } from '@statbar/sdk/wire';
import { TokenBucket } from './token-bucket.ts';
import type { Delivery } from './types.ts';

/**
 * What waits for one place in chat, and when the next may go. A delivery that comes again takes the place of the one that
 * waits: only the newest is worth posting. Each place has limits of its own, so one that is slow holds up no other.
 */
export class Lane {
  readonly #waiting = new Map<string, Delivery>();
  readonly #bucket: TokenBucket;
  #notBeforeMs = 0;
  /** Somebody carries out its deliveries. */
  isRunning = false;

  constructor(rate: { readonly burst: number; readonly perSecond: number }, nowMs: number) {
    this.#bucket = new TokenBucket(rate.burst, rate.perSecond, nowMs);
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** False: another one waited under this id and is replaced. */
  add(delivery: Delivery): boolean {
    const isNew = !this.#waiting.has(delivery.id);
    this.#waiting.set(delivery.id, delivery);
    return isNew;
  }

  /** Nothing goes before this time: the platform said so. */
  holdUntil(atMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, atMs);
  }

  /** Milliseconds until the next may go. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#notBeforeMs - nowMs, this.#bucket.waitMs(nowMs));
  }

  /** The most urgent, of equals the first to come. */
  take(nowMs: number): Delivery | undefined {
    let best: Delivery | undefined;
    for (const each of this.#waiting.values()) {
      if (best === undefined || each.priority < best.priority) best = each;
      else if (each.priority === best.priority && each.sequence < best.sequence) best = each;
    }
    if (best === undefined) return undefined;
    this.#waiting.delete(best.id);
    this.#bucket.take(nowMs);
    return best;
  }
}

export function laneKey({ platform, channel, direct }: ChatTarget): string {
  return `${platform} ${direct ? 'to' : 'in'} ${channel}`;
}
