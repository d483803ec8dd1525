/** One event of a stream, as it is sent: `event`, `id` and `data` lines included. */
export interface StreamEvent {
  /** Counts up by one per event of the topic. */
  readonly sequence: number;
  /** Evaluation time, which is also the event's id. */
  readonly timeMs: number;
  readonly kind: 'result' | 'error';
  /** JSON of the data, without a closing brace, so that a listener's own `skipped` can be added. */
  readonly openJson: string;
}

/**
 * The latest events of one stream, shared by all its listeners: a listener holds only its position, never a
 * buffer of its own, so a slow one costs nothing. Bounded by number and size.
 */
export class EventRing {
  readonly #events: StreamEvent[] = [];
  readonly #eventsMax: number;
  readonly #sizeMax: number;
  #size = 0;
  #sequence = 0;

  constructor(eventsMax: number, sizeMax: number) {
    this.#eventsMax = eventsMax;
    this.#sizeMax = sizeMax;
  }

  push(timeMs: number, kind: StreamEvent['kind'], openJson: string): StreamEvent {
    const event = { sequence: this.#sequence++, timeMs, kind, openJson };
    this.#events.push(event);
    this.#size += openJson.length;
    while (this.#events.length > 1 && (this.#events.length > this.#eventsMax || this.#size > this.#sizeMax)) {
      this.#size -= this.#events.shift()!.openJson.length;
    }
    return event;
  }

  get latest(): StreamEvent | undefined {
    return this.#events.at(-1);
  }

  get oldest(): StreamEvent | undefined {
    return this.#events[0];
  }

  get length(): number {
    return this.#events.length;
  }

  /** The event with this sequence number, if it is still kept. */
  at(sequence: number): StreamEvent | undefined {
    const first = this.#events[0];
    return first === undefined ? undefined : this.#events[sequence - first.sequence];
  }

  /** The oldest kept event that is younger than `timeMs`. */
  after(timeMs: number): StreamEvent | undefined {
    return this.#events.find((event) => event.timeMs > timeMs);
  }
}
