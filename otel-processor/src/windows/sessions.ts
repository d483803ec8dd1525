import type { ByteReader, ByteWriter } from '../base/index.ts';
import { NO_ROW } from '../math/index.ts';
import { type FunnelCounts, furthestPath } from './funnel.ts';
import type { KeyTable } from './key-table.ts';
import type { WindowOperator } from './operator.ts';
import type { ViewInput } from './operator-types.ts';
import { type AnyAccumulations, RowPool } from './row-pool.ts';
import { STEP_SIZE, type Steps } from './steps.ts';

export interface SessionOptions {
  readonly gapMs: number;
  readonly latenessMs: number;
  /** Sessions open at once; events that would open more are counted and left out. */
  readonly sessionsMax: number;
  /** Column of the funnel, if there is one. */
  readonly funnelColumn: number | undefined;
  readonly stepCount: number;
  readonly withinMs: number;
  /** Column of the comparison by goal, if there is one. */
  readonly goalColumn: number | undefined;
  /** Columns that count sessions, not events. */
  readonly countColumns: ReadonlySet<number>;
}

export interface SessionInput extends ViewInput {
  /** Who the visitor is; undefined entries are not the view's. */
  readonly visitors: ReadonlyArray<string | undefined>;
  /** Funnel step of the entry, or -1. */
  readonly steps: Int16Array;
  /** Whether the entry is the goal of the comparison. */
  readonly goals: Uint8Array;
}

interface Session {
  readonly keyId: number;
  readonly visitor: string;
  startMs: number;
  lastMs: number;
  row: number;
  /** Flat: time, step. */
  steps: number[];
  converted: boolean;
  variant: string | undefined;
}

/** How often in the time of one gap the sessions that ended are looked for. */
const STEPS_PER_GAP = 32;
/** Steps that one session remembers; the rest of a session that has more of them is not looked at. */
const STEPS_MAX = 256;

/**
 * Sessions: events of one visitor under one key with less than the gap between neighbours. An event may join two
 * sessions into one. A session closes when the watermark has passed its last event by gap and lateness; what it
 * accumulated then counts as one observation, at the time of its last event, in the windows of `inner`.
 */
export class SessionOperator {
  readonly #options: SessionOptions;
  readonly #keys: KeyTable;
  readonly #inner: WindowOperator;
  readonly #pool: RowPool;
  readonly #byVisitor = new Map<string, Session[]>();
  #open = 0;
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #tooLate = 0;
  #refused = 0;
  #closedMs = Number.NEGATIVE_INFINITY;

  constructor(
    options: SessionOptions,
    keys: KeyTable,
    createColumns: () => readonly AnyAccumulations[],
    inner: WindowOperator,
  ) {
    this.#options = options;
    this.#keys = keys;
    this.#inner = inner;
    this.#pool = new RowPool(createColumns());
  }

  get openCount(): number {
    return this.#open;
  }

  /** Events left out because no more sessions may be open. */
  get refusedCount(): number {
    return this.#refused;
  }

  get tooLateCount(): number {
    return this.#tooLate + this.#inner.tooLateCount;
  }

  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  get sizeBytes(): number {
    return this.#inner.sizeBytes + this.#pool.sizeBytes + this.#open * 400;
  }

  consume(input: SessionInput): void {
    const { gapMs, latenessMs } = this.#options;
    // Sessions may merge within the batch, and rows with them: entries are added one after the other.
    for (let i = 0; i < input.count; i++) {
      const visitor = input.visitors[i];
      if (visitor === undefined || input.keyIds[i] === NO_ROW) continue;
      const timestampMs = input.timestampsMs[i];
      if (timestampMs + gapMs + latenessMs <= this.#watermarkMs) {
        this.#tooLate += 1;
        input.tooLate?.(i);
        continue;
      }
      const session = this.#sessionOf(input.keyIds[i], visitor, timestampMs);
      if (session === undefined) {
        this.#refused += 1;
        continue;
      }
      this.#observe(session, input, i);
    }
  }

  /** Closes sessions, then the windows in which no session can end any more. */
  advance(watermarkMs: number): void {
    if (watermarkMs <= this.#watermarkMs) return;
    this.#watermarkMs = watermarkMs;
    const { gapMs, latenessMs } = this.#options;
    // In steps, because each step looks at all sessions.
    const stepMs = Math.max(1, Math.floor(gapMs / STEPS_PER_GAP));
    const closedMs = Math.floor((watermarkMs - gapMs - latenessMs) / stepMs) * stepMs;
    if (closedMs <= this.#closedMs) return;
    this.#closedMs = closedMs;
    for (const [name, sessions] of this.#byVisitor) {
      const open = sessions.filter((session) => session.lastMs > closedMs);
      if (open.length === sessions.length) continue;
      for (const session of sessions) if (session.lastMs <= closedMs) this.#close(session);
      if (open.length === 0) this.#byVisitor.delete(name);
      else this.#byVisitor.set(name, open);
    }
    this.#inner.advance(closedMs);
    this.#keys.sweep();
  }

  emitChanges(): boolean {
    return this.#inner.emitChanges();
  }

  *encode(writer: ByteWriter): Steps {
    writer.float64(this.#watermarkMs);
    writer.float64(this.#closedMs);
    writer.uvarint(this.#tooLate);
    writer.uvarint(this.#refused);
    yield* this.#inner.encode(writer);
    writer.uvarint(this.#open);
    let left = STEP_SIZE;
    for (const name of [...this.#byVisitor.keys()].sort()) {
      for (const session of this.#byVisitor.get(name)!) this.#encodeSession(session, writer);
      if (left-- > 0) continue;
      left = STEP_SIZE;
      yield;
    }
  }

  /** Into a new operator, after its key table. */
  decode(reader: ByteReader): void {
    this.#watermarkMs = reader.float64();
    this.#closedMs = reader.float64();
    this.#tooLate = reader.uvarint();
    this.#refused = reader.uvarint();
    this.#inner.decode(reader);
    for (let left = reader.uvarint(); left > 0; left--) this.#decodeSession(reader);
  }

  #observe(session: Session, input: SessionInput, i: number): void {
    const { goalColumn, countColumns } = this.#options;
    this.#pool.columns.forEach((column, at) => {
      if (at === goalColumn || countColumns.has(at)) return;
      column.add(session.row, input.observations[at], i);
    });
    if (input.steps[i] >= 0 && session.steps.length < 2 * STEPS_MAX) {
      session.steps.push(input.timestampsMs[i], input.steps[i]);
    }
    if (goalColumn === undefined) return;
    if (input.goals[i] === 1) session.converted = true;
    const variant = input.observations[goalColumn].items[i];
    // One variant per session: the first by name, so that it does not depend on arrival.
    if (variant !== undefined && (session.variant === undefined || variant < session.variant)) {
      session.variant = variant;
    }
  }

  /** The visitor's session that the time belongs to, widened to it, joined with others or made. */
  #sessionOf(keyId: number, visitor: string, timestampMs: number): Session | undefined {
    const { gapMs, sessionsMax } = this.#options;
    const name = `${keyId} ${visitor}`;
    const sessions = this.#byVisitor.get(name) ?? [];
    const touched = sessions.filter(
      ({ startMs, lastMs }) => timestampMs > startMs - gapMs && timestampMs < lastMs + gapMs,
    );
    if (touched.length === 0) {
      if (this.#open >= sessionsMax) return undefined;
      const session = this.#create(keyId, visitor, timestampMs);
      if (sessions.length === 0) this.#byVisitor.set(name, sessions);
      sessions.push(session);
      return session;
    }
    const [session, other] = touched;
    session.startMs = Math.min(session.startMs, timestampMs);
    session.lastMs = Math.max(session.lastMs, timestampMs);
    if (other !== undefined) {
      this.#join(session, other);
      sessions.splice(sessions.indexOf(other), 1);
    }
    return session;
  }

  #create(keyId: number, visitor: string, timestampMs: number): Session {
    const row = this.#pool.take();
    this.#pool.settle();
    this.#keys.acquire(keyId);
    this.#open += 1;
    return {
      keyId,
      visitor,
      startMs: timestampMs,
      lastMs: timestampMs,
      row,
      steps: [],
      converted: false,
      variant: undefined,
    };
  }

  #join(session: Session, other: Session): void {
    session.startMs = Math.min(session.startMs, other.startMs);
    session.lastMs = Math.max(session.lastMs, other.lastMs);
    session.steps = [...session.steps, ...other.steps].slice(0, 2 * STEPS_MAX);
    session.converted ||= other.converted;
    if (other.variant !== undefined && (session.variant === undefined || other.variant < session.variant)) {
      session.variant = other.variant;
    }
    for (const column of this.#pool.columns) column.merge(session.row, column, other.row);
    this.#release(other);
  }

  #release(session: Session): void {
    this.#pool.give(session.row);
    this.#keys.release(session.keyId);
    this.#open -= 1;
  }

  #close(session: Session): void {
    const { funnelColumn, goalColumn, countColumns, stepCount, withinMs } = this.#options;
    const { columns } = this.#pool;
    if (funnelColumn !== undefined) {
      const path = furthestPath(session.steps, stepCount, withinMs);
      (columns[funnelColumn] as FunnelCounts).addPath(session.row, path);
    }
    const observation = {
      count: 1,
      timestampsMs: Float64Array.of(session.lastMs),
      values: Float64Array.of(session.converted ? 1 : 0),
      items: [session.variant],
    };
    if (goalColumn !== undefined) columns[goalColumn].add(session.row, observation, 0);
    for (const column of countColumns) columns[column].add(session.row, observation, 0);
    this.#inner.absorb(session.lastMs, session.keyId, columns, session.row);
    this.#release(session);
  }

  #encodeSession(session: Session, writer: ByteWriter): void {
    writer.uvarint(session.keyId);
    writer.string(session.visitor);
    writer.float64(session.startMs);
    writer.float64(session.lastMs);
    writer.uint8((session.converted ? 1 : 0) + (session.variant === undefined ? 0 : 2));
    if (session.variant !== undefined) writer.string(session.variant);
    writer.uvarint(session.steps.length);
    for (const number of session.steps) writer.float64(number);
    for (const column of this.#pool.columns) column.encode(session.row, writer);
  }

  #decodeSession(reader: ByteReader): void {
    const keyId = reader.uvarint();
    const visitor = reader.string();
    const session = this.#create(keyId, visitor, reader.float64());
    session.lastMs = reader.float64();
    const flags = reader.uint8();
    session.converted = (flags & 1) !== 0;
    if ((flags & 2) !== 0) session.variant = reader.string();
    for (let left = reader.uvarint(); left > 0; left--) session.steps.push(reader.float64());
    for (const column of this.#pool.columns) column.decode(session.row, reader);
    const name = `${keyId} ${visitor}`;
    this.#byVisitor.set(name, [...(this.#byVisitor.get(name) ?? []), session]);
  }
}
