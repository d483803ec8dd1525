import { Rejections, type RejectReason } from './rejections.ts';

/** What an event's attribute may be. */
export type AttributeValue = string | number | boolean;

/** An event that was refused, as it was sent: nothing in it is known to be right. */
export interface RefusedEvent {
  readonly reason: RejectReason;
  readonly message: string;
  readonly name: unknown;
  /** Undefined when it could not be read. */
  readonly timestampMs: number | undefined;
  readonly id: unknown;
  readonly source: unknown;
  readonly attributes: ReadonlyArray<readonly [string, unknown]>;
}

/** Refused events of one request that are kept as they were; the others are only counted. */
const REFUSED_KEPT_MAX = 100;

/**
 * Events of one accepted request, as columns. One row is one event: a named occurrence at a time, with attributes.
 * Whoever is handed a batch owns it.
 */
export class EventBatch {
  /** Number of rows. `timestampsMs` may be longer. */
  count = 0;
  names: string[] = [];
  timestampsMs: Float64Array<ArrayBuffer>;
  /** By attribute name; a column may be shorter than `count`, and lacks what an event does not have. */
  readonly columns = new Map<string, Array<AttributeValue | undefined>>();
  /** Where the events come from, which tells whose clock and order they follow; one entry per row. */
  sources: string[] = [];
  /** Idempotency keys: an event with a key seen before counts once. Undefined when no event has one. */
  ids: Array<string | undefined> | undefined;
  /** Number of events in the request, refused ones included. */
  pointCount = 0;
  readonly rejections = new Rejections();
  /** The first of the refused events. */
  readonly refused: RefusedEvent[] = [];

  constructor(capacity = 64) {
    this.timestampsMs = new Float64Array(capacity);
  }

  /** Appends an event without attributes; returns its row. */
  add(name: string, timestampMs: number, source: string): number {
    if (this.count === this.timestampsMs.length) {
      const grown = new Float64Array(Math.max(16, this.count * 2));
      grown.set(this.timestampsMs);
      this.timestampsMs = grown;
    }
    const row = this.count++;
    this.names.push(name);
    this.sources.push(source);
    this.timestampsMs[row] = timestampMs;
    return row;
  }

  /** Refuses event `point` of the request. */
  refuse(point: number, event: RefusedEvent): void {
    this.rejections.reject(point, event.reason, () => event.message);
    if (this.refused.length < REFUSED_KEPT_MAX) this.refused.push(event);
  }

  setId(id: string): void {
    this.ids ??= [];
    while (this.ids.length < this.count - 1) this.ids.push(undefined);
    this.ids[this.count - 1] = id;
  }

  /** The attributes of one event. */
  attributesOf(row: number): Record<string, AttributeValue> {
    const attributes = Object.create(null) as Record<string, AttributeValue>;
    for (const [name, column] of this.columns) {
      const value = column[row];
      if (value !== undefined) attributes[name] = value;
    }
    return attributes;
  }

  /** Sets an attribute of the newest event. */
  set(attribute: string, value: AttributeValue): void {
    let column = this.columns.get(attribute);
    if (column === undefined) {
      column = [];
      this.columns.set(attribute, column);
    }
    const row = this.count - 1;
    while (column.length < row) column.push(undefined);
    column[row] = value;
  }
}
