import type { Clock, Fault, Logger, Telemetry } from '../base/index.ts';
import type { Batch, EventBatch, SeriesRegistry, SeriesResolver } from '../model/index.ts';
import type { ViewResult } from './view-types.ts';

/** Where requests are made durable: see the store's event log. */
export interface EventLogPort {
  readonly failure: Fault | undefined;
  readonly pendingBytes: number;
  readonly recordsSinceCheckpoint: number;
  append(...parts: readonly Uint8Array[]): void;
  durable(): Promise<Fault | undefined>;
  /** Asks for the state of this turn at once, if it can write one; the state may take its time. */
  checkpoint(encode: () => Promise<Uint8Array>): Promise<string | undefined>;
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
}

export type ResultListener = (result: ViewResult) => void;
