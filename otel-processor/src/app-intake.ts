import type { Clock, Fault, Logger, Telemetry } from './base/index.ts';
import type { Config } from './config/index.ts';
import { encodeEvents } from './ingest/index.ts';
import type { EventBatch } from './model/index.ts';
import { createEnrichment, createEventIntake, DeadLetters, type LookupTables } from './pipeline/index.ts';
import { CappedLog } from './store/index.ts';

/** Kinds of requests in the event log: what is written must stay readable. */
export const eventKinds = { json: 1, logsProtobuf: 2, logsJson: 3, columns: 4 } as const;

/** One tenant's way of events from its doors to its views. */
export interface OpenIntake {
  accept(kind: number, bytes: Uint8Array): Promise<EventBatch | Fault>;
  /** The refused events, one JSON line each, the newest first; undefined when none are kept. */
  readonly deadLetters: (() => Promise<readonly string[] | Fault>) | undefined;
  setLookupTables(tables: LookupTables): void;
  close(): Promise<void>;
}

export interface IntakePorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly dir: string;
  decode(kind: number, bytes: Uint8Array, nowMs: number): EventBatch | Fault;
  accept(kind: number, bytes: Uint8Array): Promise<EventBatch | Fault>;
}

export function openIntake(
  tenant: string,
  config: Config,
  lookupTables: LookupTables,
  { dir, decode, accept, clock, logger, telemetry }: IntakePorts,
): OpenIntake {
  const { enrichment: steps, dead_letters: limits } = config.events;
  const enrichment = createEnrichment(steps, tenant, lookupTables, telemetry);
  const log =
    limits.size_max === 0 || config.store.durability === 'memory'
      ? undefined
      : new CappedLog(limits.size_max, { dir, name: 'dead-letters', logger });
  const deadLetters =
    log === undefined
      ? undefined
      : new DeadLetters(limits.per_second, { clock, telemetry, enrichment, sink: log });
  const intakePorts = { clock, decode, encode: encodeEvents, accept, enrichment, deadLetters };
  return {
    accept: createEventIntake(eventKinds.columns, intakePorts),
    deadLetters: log === undefined ? undefined : () => log.read(),
    setLookupTables: (tables) => enrichment.setTables(tables),
    close: async () => log?.close(),
  };
}
