import type { Fault } from '../../base/index.ts';
import { yieldToEventLoop } from '../../base/index.ts';
import type { OutboxEntry } from '../types.ts';
import type {
  AlertDocument,
  AuditDocument,
  CounterDocument,
  GroupDocument,
  SilenceDocument,
  StormDocument,
  SubscriptionDocument,
} from './docs.ts';

import type { RemediationRuns } from './next-remediation.ts';

/** Where changes are kept: an append-only log with checkpoints (the store's event log is one). */
export interface Journal {
  append(record: Uint8Array): void;
  /** Settles when all that was appended before is durable, or with why that is not so now. */
  durable(): Promise<Fault | undefined>;
  checkpoint(encode: () => Promise<Uint8Array>): Promise<string | undefined>;
}

/** Documents by id. What was put or removed since the last commit is the next record. */
export class Table<T> {
  readonly #documents = new Map<string, T>();
  #changed = new Map<string, T | null>();

  get size(): number {
    return this.#documents.size;
  }

  get(id: string): T | undefined {
    return this.#documents.get(id);
  }

  has(id: string): boolean {
    return this.#documents.has(id);
  }

  values(): IterableIterator<T> {
    return this.#documents.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#documents.entries();
  }

  put(id: string, document: T): void {
    this.#documents.set(id, document);
    this.#changed.set(id, document);
  }

  /** A change that need not survive. */
  touch(id: string, document: T): void {
    this.#documents.set(id, document);
  }

  remove(id: string): void {
    if (this.#documents.delete(id)) this.#changed.set(id, null);
  }

  /** From the log: not a change. */
  restore(id: string, document: T | null): void {
    if (document === null) this.#documents.delete(id);
    else this.#documents.set(id, document);
  }

  takeChanges(): ReadonlyMap<string, T | null> | undefined {
    if (this.#changed.size === 0) return undefined;
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }
}

/** Format of records and checkpoints: a record is a JSON object `{table: {id: document or null}}`. */
const FORMAT = 1;
/** Written between two turns of the event loop: a few milliseconds. */
const BYTES_PER_TURN = 256 * 1024;

/** Everything that the desk must not forget. Changes become durable by `commit`, all of them or none. */
export class Tables {
  readonly alerts = new Table<AlertDocument>();
  readonly groups = new Table<GroupDocument>();
  readonly silences = new Table<SilenceDocument>();
  readonly outbox = new Table<OutboxEntry>();
  readonly subscriptions = new Table<SubscriptionDocument>();
  readonly audit = new Table<AuditDocument>();
  readonly storms = new Table<StormDocument>();
  readonly remediations = new Table<RemediationRuns>();
  readonly counters = new Table<CounterDocument>();
  readonly #journal: Journal | undefined;
  /** Of records since the last checkpoint, and of that: what the next start has to read. */
  #recordBytes = 0;
  #checkpointBytes = 0;

  constructor(journal?: Journal) {
    this.#journal = journal;
  }

  get #named(): readonly (readonly [string, Table<unknown>])[] {
    const { alerts, groups, silences, outbox, subscriptions, audit, storms, remediations, counters } = this;
    const all = { alerts, groups, silences, outbox, subscriptions, audit, storms, remediations, counters };
    return Object.entries(all) as [string, Table<unknown>][];
  }

  /** Appends what changed since the last commit as one record. */
  commit(): void {
    const record: Record<string, Record<string, unknown>> = {};
    for (const [name, table] of this.#named) {
      const changes = table.takeChanges();
      if (changes !== undefined) record[name] = Object.fromEntries(changes);
    }
    if (this.#journal === undefined || Object.keys(record).length === 0) return;
    const bytes = encode({ format: FORMAT, ...record });
    this.#recordBytes += bytes.length;
    this.#journal.append(bytes);
  }

  /** Settles when everything committed before is on the disk, or with why it is not. */
  async durable(): Promise<Fault | undefined> {
    return this.#journal?.durable();
  }

  /**
   * Writes all documents as they are now, so that a start need not read what led to them: when the records since the last
   * time are as large as that was, and at least `bytesMin` (0: always). So a start reads little more than twice what there is, however
   * often the process was killed. The reason when it cannot be written.
   */
  async checkpoint(bytesMin: number): Promise<string | undefined> {
    const leastBytes = bytesMin === 0 ? 0 : Math.max(bytesMin, this.#checkpointBytes);
    if (this.#journal === undefined || this.#recordBytes < leastBytes) return undefined;
    this.commit();
    const covered = this.#recordBytes;
    let written: number | undefined;
    const reason = await this.#journal.checkpoint(async () => {
      const bytes = await this.#encodeAll();
      written = bytes.length;
      return bytes;
    });
    if (reason !== undefined || written === undefined) return reason;
    this.#recordBytes -= covered;
    this.#checkpointBytes = written;
    return undefined;
  }

  /** Reads back what a checkpoint and the records after it say. */
  recover(checkpoint: Uint8Array | undefined, records: readonly Uint8Array[]): void {
    if (checkpoint !== undefined) {
      for (const line of linesOf(checkpoint)) this.#apply(decoder.decode(line));
    }
    for (const record of records) this.#apply(decoder.decode(record));
    this.#checkpointBytes = checkpoint?.length ?? 0;
    this.#recordBytes = records.reduce((sum, { length }) => sum + length, 0);
  }

  /** A line for each document; they are taken at once, and written in turns. */
  async #encodeAll(): Promise<Uint8Array> {
    const rows: [string, string, unknown][] = [];
    for (const [name, table] of this.#named) {
      for (const [id, document] of table.entries()) rows.push([name, id, document]);
    }
    const chunks: Uint8Array[] = [];
    let sinceTurn = 0;
    for (const [name, id, document] of rows) {
      const bytes = encode({ format: FORMAT, [name]: { [id]: document } });
      chunks.push(bytes, newline);
      sinceTurn += bytes.length;
      if (sinceTurn < BYTES_PER_TURN) continue;
      sinceTurn = 0;
      await yieldToEventLoop();
    }
    return Buffer.concat(chunks);
  }

  #apply(text: string): void {
    // A reviver is called for every value there is: only where it has something to do.
    const parsed: unknown = text.includes('"$number"') ? JSON.parse(text, revive) : JSON.parse(text);
    const record = parsed as Record<string, Record<string, unknown>>;
    for (const [name, table] of this.#named) {
      for (const [id, document] of Object.entries(record[name] ?? {})) table.restore(id, document);
    }
  }
}

const decoder = new TextDecoder();
const newline = new Uint8Array([10]);

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    if (to > from) yield bytes.subarray(from, to);
    from = to + 1;
  }
}

function encode(record: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(record, replace));
}

/** JSON has no infinities and no NaN. */
function replace(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$number' in value) return Number(value.$number);
  return value;
}
