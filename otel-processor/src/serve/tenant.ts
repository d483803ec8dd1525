import type { AlertDoors, GroupStatus } from '../alert/index.ts';
import type { Fault } from '../base/index.ts';
import type { Encoding } from '../ingest/index.ts';
import type { Insight } from '../insight/index.ts';
import type { Batch, Episode, EpisodeFilter, EventBatch, Matcher } from '../model/index.ts';
import type { QueryEngine } from '../query/types.ts';
import type { Querier } from '../store/types.ts';
import type { EpisodeListener, SignalStatus, WatchStatus } from '../watch/index.ts';
import type { LateEvent, ResultListener, ViewStatus } from '../windows/index.ts';

/** What the doors need of one tenant. Everything a tenant owns hangs here; nothing is shared but the process. */
export interface TenantDoors {
  readonly name: string;
  readonly otlp: {
    decodeProtobuf(bytes: Uint8Array): Batch | Fault;
    decodeJson(bytes: Uint8Array): Batch | Fault;
  };
  readonly remoteWrite: {
    /** Snappy block in, batch out. */
    decode(compressed: Uint8Array): Batch | Fault;
  };
  /** Takes the batch over; settles when it is durable. */
  consume(batch: Batch): Promise<Fault | undefined>;
  readonly events: EventDoors;
  readonly engine: QueryEngine;
  readonly querier: Querier;
  /** Explanations and forecasts of any expression. */
  readonly insight: Insight;
  /** What was found in watched signals; undefined when none is watched. */
  readonly anomalies: AnomalyDoors | undefined;
  deleteSeries(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<number | Fault>;
  /** Number of bytes given back to the disk is not known; settles when nothing deleted is left in the files. */
  cleanTombstones(): Promise<Fault | undefined>;
  status(): TenantStatus;
  readonly alerts: AlertDoors;
  /** How the rule groups stand. */
  rules(): readonly GroupStatus[];
}

/** Events in, and the results of views out. */
export interface EventDoors {
  /** Reads events in the JSON of `POST /statbar/v1/events`; settles when they are durable and in the views. */
  acceptJson(bytes: Uint8Array): Promise<EventBatch | Fault>;
  /** The same for OTLP logs, in which records with an event name are events. */
  acceptLogs(bytes: Uint8Array, encoding: Encoding): Promise<EventBatch | Fault>;
  /** The refused events, one JSON object a line, the newest first. Undefined when none are kept. */
  readonly deadLetters: (() => Promise<readonly string[] | Fault>) | undefined;
  views(): readonly ViewStatus[];
  hasView(name: string): boolean;
  /** The last of each view. */
  lateEvents(): readonly LateEvent[];
  /** Calls `listener` with each result of a view until the returned function is called. */
  listen(view: string, listener: ResultListener): () => void;
}

/** Episodes of watched signals. */
export interface AnomalyDoors {
  list(filter: EpisodeFilter): readonly Episode[];
  /** Calls `listener` with each beginning, change and end until the returned function is called. */
  listen(listener: EpisodeListener): () => void;
  status(): WatchStatus;
  /** Watched signals, at most `limit`, the highest score first. */
  signals(limit: number): readonly SignalStatus[];
}

/** Memory held for one request. */
export interface Admission {
  release(): void;
}

export interface TenantStatus {
  readonly writable: boolean;
  /** Why it is not writable, in words. */
  readonly reason: string | undefined;
  readonly seriesCount: number;
  /** By part: for example `wal`, `blocks`, `head`. */
  readonly sizesBytes: Readonly<Record<string, number>>;
}

/** The tenants of this process by name; undefined for one that is not configured. */
export type TenantDirectory = (name: string) => TenantDoors | undefined;
