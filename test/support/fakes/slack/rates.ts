import { TokenBucket } from '../faults.ts';
import type { Method } from './method.ts';

/** Channels that are told to answer 429 for a while. */
export class ChannelLimits {
  readonly #limits = new Map<string, { readonly untilMs: number; readonly retryAfterSeconds: number }>();

  limit(channel: string, untilMs: number, retryAfterSeconds: number): void {
    this.#limits.set(channel, { untilMs, retryAfterSeconds });
  }

  /** Seconds to wait; 0: go on. */
  waitSeconds(channel: string, nowMs: number): number {
    const limit = this.#limits.get(channel);
    return limit === undefined || nowMs >= limit.untilMs ? 0 : limit.retryAfterSeconds;
  }

  clear(): void {
    this.#limits.clear();
  }
}

/** Slack allows more than one message a second for a moment; how many it does not say. */
const POST_BURST = 4;

/** Slack's own limits: posting for each channel, everything else for each method. */
export class MethodRates {
  readonly #buckets = new Map<string, TokenBucket>();

  waitSeconds(name: string, rate: Method['rate'], channel: string | undefined, nowMs: number): number {
    if (rate === 'special') return 0;
    const key = rate === 'post' ? `${name} ${channel}` : name;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = rate === 'post' ? new TokenBucket(POST_BURST, 1) : new TokenBucket(rate, rate / 60);
      this.#buckets.set(key, bucket);
    }
    return Math.ceil(bucket.take(nowMs) / 1000);
  }
}
