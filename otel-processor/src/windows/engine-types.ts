import { type Clock, type Fault, type Logger, retryable, type Telemetry } from '../base/index.ts';
import type {
  Batch,
  EventBatch,
  Histogram,
  LabelSet,
  Matcher,
  SeriesRegistry,
  SeriesResolver,
} from '../model/index.ts';
import type { ViewResult } from './view-types.ts';

/** Where requests are made durable: see the store's event log. */
export interface EventLogPort {
  readonly failure: Fault | undefined;
  readonly pendingBytes: number;
  readonly recordsSinceCheckpoint: number;
  /** Where the next record will be. */
  readonly position: number;
  /** The records from `from` up to, not including, `until`, as far as they are kept. */
  records(from: number, until: number): AsyncIterable<{ readonly payload: Uint8Array }>;
  append(...parts: readonly Uint8Array[]): void;
  durable(): Promise<Fault | undefined>;
  /** Asks for the state of this turn at once, if it can write one; the state may take its time. */
  checkpoint(encode: () => Promise<Uint8Array>): Promise<string | undefined>;
}

/** Samples of one series in time order; valid until the visit ends. */
export interface StoredSeries {
  readonly labels: LabelSet;
  readonly count: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** Integer view of `values`, in which staleness markers can be told. */
  readonly words: Uint32Array;
  readonly histograms: ReadonlyMap<number, Histogram> | undefined;
}

export interface ViewEnginePorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly log: EventLogPort;
  readonly resolver: SeriesResolver;
  /** Labels of the series in batches of samples. */
  readonly registry: Pick<SeriesRegistry, 'generation' | 'isLive' | 'labels'>;
  /** Reads a request of a kind; depends on its arguments only, because a replay calls it again. */
  decode(kind: number, bytes: Uint8Array, nowMs: number): EventBatch | Fault;
  /** Visits the stored samples of series that match, in [fromMs, toMs], series by series. */
  readSamples(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    visit: (series: StoredSeries) => void,
  ): Promise<void>;
  /** Stores results as ordinary series. */
  write(batch: Batch): Promise<Fault | undefined>;
}

export interface ViewEngineOptions {
  readonly idsMax: number;
  readonly checkpointEveryMs: number;
  /** Bytes that may wait for the disk before requests are refused. */
  readonly pendingBytesMax: number;
  /** Series of metrics that views follow at once. */
  readonly seriesMax: number;
  /** Late events of each view that are kept for a look; 20 without it. */
  readonly lateEventsMax?: number;
}

export type ResultListener = (result: ViewResult) => void;

const RETRY_MS = 1000;

/** Why the log takes nothing at present, or undefined. */
export function refusalOf(log: EventLogPort, pendingBytesMax: number): Fault | undefined {
  if (log.failure !== undefined) return log.failure;
  if (log.pendingBytes <= pendingBytesMax) return undefined;
  const message = 'the disk cannot keep up: more than store.wal_pending_max waits';
  return retryable('overloaded', message, RETRY_MS);
}
