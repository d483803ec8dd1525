import type { Clock, Fault, Logger, Timer } from '../../base/index.ts';
import type { ServeConfig } from '../config.ts';
import { evaluateEvent } from './evaluate-event.ts';
import { EventRing } from './event-ring.ts';
import type { StreamRequest } from './hub.ts';
import type { ListenerSeat } from './listener.ts';

export type EvaluationOutcome = 'result' | 'error' | 'late';

/** One streamed expression: evaluated on the grid of its interval, one evaluation at a time, while anybody listens. */
export class StreamTopic {
  readonly ring: EventRing;
  readonly seats = new Set<ListenerSeat>();
  /** Settles with the first evaluation; with the fault when the expression is wrong, and then the topic is over. */
  readonly first: Promise<Fault | undefined>;
  readonly #request: StreamRequest;
  readonly #config: ServeConfig['stream'];
  readonly #ports: { readonly clock: Clock; readonly logger: Logger };
  readonly #count: (outcome: EvaluationOutcome, amount?: number) => void;
  readonly #forget: () => void;
  readonly #abort = new AbortController();
  #timer: Timer | undefined;
  #linger: Timer | undefined;

  constructor(
    request: StreamRequest,
    config: ServeConfig['stream'],
    ports: { readonly clock: Clock; readonly logger: Logger },
    count: (outcome: EvaluationOutcome, amount?: number) => void,
    forget: () => void,
  ) {
    this.ring = new EventRing(config.replay_events_max, config.replay_size_max);
    this.#request = request;
    this.#config = config;
    this.#ports = ports;
    this.#count = count;
    this.#forget = forget;
    const { intervalMs } = request;
    this.first = this.#begin(Math.floor(ports.clock.nowMs() / intervalMs) * intervalMs);
  }

  /** Ends the topic and every listener's stream. */
  stop(): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#timer?.cancel();
    this.#linger?.cancel();
    this.#forget();
    for (const seat of [...this.seats]) seat.end();
  }

  /** The last listener has left: goes on for a while, so that one that reconnects misses nothing. */
  scheduleLinger(): void {
    this.#linger?.cancel();
    this.#linger = this.#ports.clock.after(this.#config.linger, () => {
      if (this.seats.size === 0) this.stop();
    });
  }

  cancelLinger(): void {
    this.#linger?.cancel();
    this.#linger = undefined;
  }

  async #begin(firstMs: number): Promise<Fault | undefined> {
    const fault = await this.#evaluate(firstMs);
    if (fault?.code === 'invalid') {
      this.stop();
      return fault;
    }
    this.#schedule(firstMs);
    return undefined;
  }

  async #evaluate(timeMs: number): Promise<Fault | undefined> {
    const { signal } = this.#abort;
    const event = await evaluateEvent(
      this.#request,
      timeMs,
      this.#config.series_max,
      signal,
      this.#ports.logger,
    );
    if (signal.aborted) return undefined;
    this.#count(event.kind);
    this.ring.push(timeMs, event.kind, event.openJson);
    for (const seat of this.seats) seat.wake();
    return event.fault;
  }

  #schedule(lastMs: number): void {
    if (this.#abort.signal.aborted) return;
    const { intervalMs } = this.#request;
    const nowMs = this.#ports.clock.nowMs();
    // Results are for multiples of the interval, so that a restarted stream continues on the same grid.
    const gridMs = Math.floor(nowMs / intervalMs) * intervalMs;
    // A clock that was set back must not silence the stream until the old time comes round again.
    const dueMs = lastMs > nowMs + intervalMs ? gridMs + intervalMs : Math.max(lastMs + intervalMs, gridMs);
    const late = Math.max(0, (dueMs - lastMs) / intervalMs - 1);
    if (late > 0) this.#count('late', late);
    this.#timer = this.#ports.clock.after(Math.max(0, dueMs - nowMs), () => {
      void this.#evaluate(dueMs).then(() => this.#schedule(dueMs));
    });
  }
}
