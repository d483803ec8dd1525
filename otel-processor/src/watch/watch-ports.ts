import type { Clock, Fault, Logger, Telemetry } from '../base/index.ts';
import type { DetectorMethod } from '../detect/index.ts';
import type { Batch, SeriesRegistry, SeriesResolver } from '../model/index.ts';
import type { QueryEngine } from '../query/types.ts';
import type { Querier } from '../store/types.ts';

/** Where the state is kept: see the store's event log. */
export interface StateLog {
  checkpoint(encode: () => Promise<Uint8Array>): Promise<string | undefined>;
}

export interface WatchPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly registry: SeriesRegistry;
  readonly resolver: SeriesResolver;
  readonly querier: Querier;
  readonly engine: QueryEngine;
  readonly method: DetectorMethod;
  readonly log: StateLog;
  /** Stores derived series as samples of any other kind. */
  write(batch: Batch): Promise<Fault | undefined>;
  /** Series that others made of what came in: view results, recorded rules. */
  isDerived(metricName: string): boolean;
}
