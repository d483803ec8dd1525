import { ApiError } from '@statbar/sdk/alerts';
import type { DeliveryOutcome } from '@statbar/sdk/wire';
import { pause } from '../base/index.ts';
import type { ChatPlatform } from '../reply/index.ts';
import { Attempt } from './attempt.ts';
import { Lane, laneKey, type Track, trackOf } from './lane.ts';
import { Turnstile } from './turnstile.ts';
import type { DeliverOptions, DeliverPorts, Delivery } from './types.ts';

const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 15_000;
/** Places that nothing was said in for a while are forgotten beyond this many. */
const LANES_MAX = 10_000;
/** Charts and explanations that are asked for at the same time: the service has other work, too. */
const ASKERS_MAX = 4;

/**
 * Carries deliveries from the service's feed to the platforms. It keeps nothing that a crash could lose: what is begun
 * and what came of it is in the service's outbox before and after every attempt, and what a crash left open is looked
 * for on the platform first.
 */
export class Courier {
  readonly #ports: DeliverPorts;
  readonly #options: DeliverOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #stop = new AbortController();
  readonly #busy = new Set<Promise<void>>();
  /** The last attempt of each delivery, until what came of it is told. */
  readonly #underway = new Map<string, Promise<void>>();
  /** When an attempt ended without an answer. */
  readonly #doubts = new Map<string, number>();
  #waiting = 0;
  readonly #slots: Turnstile;
  /** Of the slots, those that what is not urgent may take. */
  readonly #calmSlots: Turnstile;
  readonly #askers = new Turnstile(ASKERS_MAX);
  #reading: Promise<void> | undefined;

  constructor(ports: DeliverPorts, options: DeliverOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#slots = new Turnstile(options.concurrencyMax);
    this.#calmSlots = new Turnstile(Math.max(1, Math.floor(options.concurrencyMax / 2)));
  }

  start(): void {
    this.#reading = this.#read();
  }

  /** Nothing new is begun; settles when what is under way is told to the service. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
    await Promise.all(this.#busy);
  }

  /** From the beginning at first and after every failure: everything outstanding comes (again). */
  async #read(): Promise<void> {
    const { feed, clock, logger } = this.#ports;
    const { signal } = this.#stop;
    let after: string | undefined;
    let backoffMs = BACKOFF_MIN_MS;
    while (!signal.aborted) {
      const room = this.#options.queueMax - this.#waiting;
      if (room <= 0) {
        this.#ports.counters.add('statbar_chat_queue_full_total', 'deliveries');
        await pause(clock, 500, signal);
        continue;
      }
      try {
        const answer = await feed.feed({
          ...(after === undefined ? {} : { after }),
          waitMs: this.#options.feedWaitMs,
          limit: Math.min(room, 500),
          signal,
        });
        after = answer.cursor;
        backoffMs = BACKOFF_MIN_MS;
        for (const delivery of answer.deliveries) this.#prepare(delivery);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn('the feed cannot be read', { error: textOf(error), retry_in_ms: backoffMs });
        await pause(clock, backoffMs, signal);
        backoffMs = Math.min(BACKOFF_MAX_MS, backoffMs * 2);
        after = undefined;
      }
    }
  }

  /**
   * What a chart shows is asked for before it takes its place in the lane, and what is in doubt waits until the platform can
   * know: neither shall hold up what stands behind it.
   */
  #prepare(delivery: Delivery): void {
    const { part, group, target, id } = delivery;
    const { details, platforms, clock } = this.#ports;
    const { signal } = this.#stop;
    const isChart = part === 'chart' && group !== null && platforms.has(target.platform);
    const doubtMs = this.#doubtLeftMs(id);
    if (!isChart && doubtMs <= 0) {
      this.#enqueue(delivery);
      return;
    }
    const ready = async (): Promise<void> => {
      if (doubtMs > 0) await pause(clock, doubtMs, signal);
      if (!isChart) return;
      await this.#askers.pass(async () => {
        if (!signal.aborted) await details.find(group);
      });
    };
    const prepared = ready()
      .then(() => this.#enqueue(delivery))
      .finally(() => this.#busy.delete(prepared));
    this.#busy.add(prepared);
  }

  #enqueue(delivery: Delivery): void {
    const { platforms, counters, clock } = this.#ports;
    const platform = platforms.get(delivery.target.platform);
    if (platform === undefined) {
      counters.add('statbar_chat_deliveries_skipped_total', `no_${delivery.target.platform}`);
      return;
    }
    const key = laneKey(delivery.target);
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      this.#forgetIdle();
      lane = new Lane(platform.rate, clock.monotonicMs());
      this.#lanes.set(key, lane);
    }
    if (lane.add(delivery)) this.#waiting += 1;
    const track = trackOf(delivery);
    if (lane.running.has(track)) return;
    lane.running.add(track);
    const run = this.#run(lane, track, platform).finally(() => this.#busy.delete(run));
    this.#busy.add(run);
  }

  #forgetIdle(): void {
    if (this.#lanes.size < LANES_MAX) return;
    for (const [key, lane] of this.#lanes) if (lane.running.size === 0) this.#lanes.delete(key);
  }

  async #run(lane: Lane, track: Track, platform: ChatPlatform): Promise<void> {
    const { clock } = this.#ports;
    const { signal } = this.#stop;
    // What came together is all to be there before the most urgent of it is chosen.
    await Promise.resolve();
    while (lane.size(track) > 0 && !signal.aborted) {
      const waitMs = lane.waitMs(track, clock.monotonicMs());
      if (waitMs > 0) {
        await pause(clock, waitMs, signal);
        continue;
      }
      const carry = () =>
        this.#slots.pass(async () => {
          // Somebody else may have taken the token meanwhile.
          if (signal.aborted || lane.waitMs(track, clock.monotonicMs()) > 0) return;
          const delivery = lane.take(track, clock.monotonicMs());
          if (delivery === undefined) return;
          this.#waiting -= 1;
          await this.#afterOthers(delivery.id, () => this.#deliver(delivery, lane, track, platform));
        });
      await (track === 'urgent' ? carry() : this.#calmSlots.pass(carry));
    }
    lane.running.delete(track);
  }

  /**
   * A delivery goes from one track to the other when its urgency changes, and a service that has just been away offers again what
   * it was not told of: what is known here is to be told before the same is begun again.
   */
  async #afterOthers(id: string, deliver: () => Promise<void>): Promise<void> {
    const before = this.#underway.get(id);
    const run = (async () => {
      await before;
      await deliver();
    })();
    this.#underway.set(id, run);
    try {
      await run;
    } finally {
      if (this.#underway.get(id) === run) this.#underway.delete(id);
    }
  }

  async #deliver(offered: Delivery, lane: Lane, track: Track, platform: ChatPlatform): Promise<void> {
    const { clock, counters, logger } = this.#ports;
    const delivery = await this.#begin(offered);
    if (delivery === undefined) return;
    let outcome: DeliveryOutcome;
    try {
      outcome = await new Attempt(delivery, platform, this.#ports, this.#options).run();
    } catch (error) {
      // A bug, or a library that threw: it may have been posted.
      logger.error('a delivery failed unexpectedly', { delivery: delivery.id, error: stackOf(error) });
      outcome = { outcome: 'unknown', reason: textOf(error) };
    }
    counters.add('statbar_chat_deliveries_total', `${delivery.part}_${outcome.outcome}`);
    if (outcome.outcome === 'unknown') this.#doubts.set(delivery.id, clock.monotonicMs());
    else this.#doubts.delete(delivery.id);
    if (outcome.outcome === 'later' && outcome.retryAfterMs !== undefined) {
      lane.holdUntil(track, clock.monotonicMs() + outcome.retryAfterMs);
    }
    if (outcome.outcome !== 'sent') {
      const { part, target } = delivery;
      logger.warn('a delivery did not go well', {
        delivery: delivery.id,
        part,
        channel: target.channel,
        ...outcome,
      });
    }
    await this.#settle(delivery, outcome);
  }

  /** Undefined: it is not wanted any more, or the service cannot be reached and will offer it again. */
  async #begin({ id }: Delivery): Promise<Delivery | undefined> {
    const { feed, clock, logger } = this.#ports;
    try {
      const { results } = await feed.begin({ worker: this.#options.worker, ids: [id] });
      return results[0]?.verdict === 'go' ? (results[0].delivery ?? undefined) : undefined;
    } catch (error) {
      logger.warn('a delivery cannot be begun', { delivery: id, error: textOf(error) });
      await pause(clock, BACKOFF_MIN_MS, this.#stop.signal);
      return undefined;
    }
  }

  /** Until the service has it: what is not told would be looked for again. While stopping only a few times. */
  async #settle({ id, sequence }: Delivery, outcome: DeliveryOutcome): Promise<void> {
    const { feed, clock, logger } = this.#ports;
    let backoffMs = BACKOFF_MIN_MS;
    for (let attempts = 1; ; attempts++) {
      try {
        await feed.settle({ worker: this.#options.worker, results: [{ id, sequence, ...outcome }] });
        return;
      } catch (error) {
        logger.warn('an outcome cannot be told', { delivery: id, error: textOf(error), attempts });
        if (error instanceof ApiError && !error.retryable) return;
        if (this.#stop.signal.aborted && attempts >= 3) return;
        await pause(clock, backoffMs);
        backoffMs = Math.min(BACKOFF_MAX_MS, backoffMs * 2);
      }
    }
  }

  /** A message whose post got no answer may still be on its way: looking for it at once would not find it. */
  #doubtLeftMs(id: string): number {
    const sinceMs = this.#doubts.get(id);
    if (sinceMs === undefined) return 0;
    if (this.#doubts.size > this.#options.queueMax) this.#doubts.clear();
    return sinceMs + this.#options.doubtMs - this.#ports.clock.monotonicMs();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
