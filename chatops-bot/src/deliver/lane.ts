import type { ChatTarget } from '@statbar/sdk/wire';
import { TokenBucket } from './token-bucket.ts';
import type { Delivery } from './types.ts';

/** `urgent`: new cards and pages. `calm`: what happens to cards that are there. */
export type Track = 'urgent' | 'calm';

/** Messages that edits, stories and charts leave to new cards and pages. */
const RESERVED = 1;

/**
 * What waits for one place in chat, and when the next may go. A delivery that comes again takes the place of the one that
 * waits: only the newest is worth posting. Each place has limits of its own, so one that is slow holds up no other; and
 * each has two tracks, since platforms limit edits and uploads apart from posts: somebody shall not be called late because
 * a picture has to wait. Within a track one goes after the other, so that no edit overtakes another.
 */
export class Lane {
  readonly #waiting: Readonly<Record<Track, Map<string, Delivery>>> = { urgent: new Map(), calm: new Map() };
  readonly #notBeforeMs: Record<Track, number> = { urgent: 0, calm: 0 };
  readonly #bucket: TokenBucket;
  readonly #reserved: number;
  /** Tracks whose deliveries somebody carries out. */
  readonly running = new Set<Track>();

  constructor(rate: { readonly burst: number; readonly perSecond: number }, nowMs: number) {
    this.#bucket = new TokenBucket(rate.burst, rate.perSecond, nowMs);
    this.#reserved = Math.min(RESERVED, rate.burst - 1);
  }

  size(track: Track): number {
    return this.#waiting[track].size;
  }

  /** False: another one waited under this id and is replaced. */
  add(delivery: Delivery): boolean {
    const track = trackOf(delivery);
    const isElsewhere = this.#waiting[track === 'urgent' ? 'calm' : 'urgent'].delete(delivery.id);
    const isNew = !isElsewhere && !this.#waiting[track].has(delivery.id);
    this.#waiting[track].set(delivery.id, delivery);
    return isNew;
  }

  /** Nothing of the track goes before this time: the platform said so. What may not even be urgent may not be calm. */
  holdUntil(track: Track, atMs: number): void {
    this.#notBeforeMs.calm = Math.max(this.#notBeforeMs.calm, atMs);
    if (track === 'urgent') this.#notBeforeMs.urgent = Math.max(this.#notBeforeMs.urgent, atMs);
  }

  /** Milliseconds until the next of the track may go. */
  waitMs(track: Track, nowMs: number): number {
    const kept = track === 'urgent' ? 0 : this.#reserved;
    return Math.max(0, this.#notBeforeMs[track] - nowMs, this.#bucket.waitMs(1 + kept, nowMs));
  }

  /** The most urgent, of equals the first to come. */
  take(track: Track, nowMs: number): Delivery | undefined {
    let best: Delivery | undefined;
    for (const each of this.#waiting[track].values()) {
      if (best === undefined || each.priority < best.priority) best = each;
      else if (each.priority === best.priority && each.sequence < best.sequence) best = each;
    }
    if (best === undefined) return undefined;
    this.#waiting[track].delete(best.id);
    this.#bucket.take(nowMs);
    return best;
  }
}

export function trackOf({ priority }: Delivery): Track {
  return priority === 0 ? 'urgent' : 'calm';
}

export function laneKey({ platform, channel, direct }: ChatTarget): string {
  return `${platform} ${direct ? 'to' : 'in'} ${channel}`;
}
