import { join } from 'node:path';
import type { RuleGroup } from './alert/index.ts';
import { closeAlerts, type OpenAlerts, openAlerts } from './app-alerts.ts';
import { eventKinds, type OpenIntake, openIntake } from './app-intake.ts';
import { anomalyDoors, closeWatch, type OpenWatch, openWatch } from './app-watch.ts';
import { type Clock, type Fault, type HashKey, isFault, type Logger, type Telemetry } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createForecaster } from './forecast/index.ts';
import {
  createEventDecoder,
  createLogDecoder,
  createOtlpDecoder,
  createRemoteWriteDecoder,
  decodeEvents,
} from './ingest/index.ts';
import { createInsight, type EpisodeSource, type Insight } from './insight/index.ts';
import { type Appender, type EventBatch, SeriesRegistry } from './model/index.ts';
import { createPipeline, type LookupTables, type Pipeline } from './pipeline/index.ts';
import {
  ChangeLog,
  createQueryEngine,
  noteAppends,
  type QueryEngine,
  splitTotals,
  widenRanges,
} from './query/index.ts';
import type { EventDoors, TenantDoors } from './serve/index.ts';
import { createSampleBuffer, createStore, type EventLog, openEventLog, type Store } from './store/index.ts';
import { watchAppends } from './watch/index.ts';
import { tapAppends, ViewEngine } from './windows/index.ts';

export interface AppPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

export interface TenantOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** Evaluated over each tenant's own data. */
  readonly ruleGroups: readonly RuleGroup[];
  /** Of `events.enrichment`. */
  readonly lookupTables?: LookupTables | undefined;
}

/** One tenant, open: everything that belongs to it alone. */
export interface OpenTenant {
  readonly doors: TenantDoors;
  readonly store: Store;
  readonly registry: SeriesRegistry;
  readonly pipeline: Pipeline;
  readonly alerts: OpenAlerts;
  readonly events: OpenEvents;
  readonly watch: OpenWatch | undefined;
  /** What is stored otherwise than by its doors must be noted here, for the caches of queries. */
  readonly changes: ChangeLog;
}

interface OpenEvents {
  readonly intake: OpenIntake;
  readonly engine: ViewEngine;
  readonly log: EventLog;
}

function openInsight(
  config: Config,
  engine: QueryEngine,
  telemetry: Telemetry,
  episodes: EpisodeSource,
): Insight {
  return createInsight(config.explain, config.forecast, {
    engine,
    splitTotals,
    widenRanges,
    forecaster: createForecaster(),
    stepsMax: config.query.steps_max,
    episodes,
    telemetry,
  });
}

/** Opens a tenant on its folder. `telemetry` is its own. */
export async function openTenant(
  name: string,
  { config, dataDir, ruleGroups, lookupTables }: TenantOptions,
  { clock, logger, telemetry }: AppPorts,
  hashKey: HashKey,
): Promise<OpenTenant | Fault> {
  const registry = new SeriesRegistry();
  const dir = join(dataDir, 'tenants', name);
  const drainMs = config.serve.drain_timeout;
  const store = await createStore(config.store, { dir, clock, logger, telemetry, registry });
  if (isFault(store)) return store;
  const changes = new ChangeLog();
  const stored: Appender = {
    refusal: () => store.refusal(),
    append: noteAppends((batch) => store.append(batch), changes),
    lastSample: (seriesId) => store.lastSample(seriesId),
    lastHistogram: (seriesId) => store.lastHistogram(seriesId),
  };
  let views: ViewEngine | undefined;
  let watch: OpenWatch | undefined;
  const appender = tapAppends(
    watchAppends(stored, () => watch?.engine),
    () => views,
  );
  const pipeline = createPipeline(config.pipeline, { clock, telemetry, registry, appender });
  const parts = { pipeline, registry, store };
  const eventOptions = { config, dataDir, lookupTables };
  const events = await openEvents(name, eventOptions, { clock, logger, telemetry }, parts);
  if (isFault(events)) {
    await store.close(drainMs);
    return events;
  }
  views = events.engine;
  const decoderPorts = { resolver: pipeline.resolver, hashKey, telemetry };
  const engine = createQueryEngine(config.query, { querier: store, clock, telemetry, logger, changes });
  const insight = openInsight(config, engine, telemetry, (filter) => watch?.engine.episodes(filter) ?? []);
  const shared = { config, dir, ruleGroups, clock, logger, telemetry, pipeline, engine };
  const alerts = await openAlerts({ ...shared, insight });
  const opened = isFault(alerts) ? alerts : await openWatch({ ...shared, registry, querier: store });
  if (isFault(alerts) || isFault(opened)) {
    if (!isFault(alerts)) await closeAlerts(alerts, drainMs);
    await closeEvents(events, drainMs);
    await store.close(drainMs);
    return isFault(alerts) ? alerts : (opened as Fault);
  }
  watch = opened;
  const doors: TenantDoors = {
    name,
    otlp: createOtlpDecoder(config.ingest, decoderPorts),
    remoteWrite: createRemoteWriteDecoder(config.ingest, decoderPorts),
    consume: (batch) => pipeline.consume(batch),
    events: eventDoors(events),
    engine,
    querier: store,
    insight,
    anomalies: watch === undefined ? undefined : anomalyDoors(watch.engine),
    async deleteSeries(matchers, fromMs, toMs) {
      const deleted = await store.deleteSeries(matchers, fromMs, toMs);
      changes.note(Number.NEGATIVE_INFINITY);
      return deleted;
    },
    cleanTombstones: () => store.cleanTombstones(),
    status: () => store.status(),
    alerts: alerts.doors,
    rules: () => alerts.rules.status(),
  };
  return { doors, store, registry, pipeline, alerts, events, watch, changes };
}

async function openEvents(
  name: string,
  { config, dataDir, lookupTables }: Pick<TenantOptions, 'config' | 'dataDir' | 'lookupTables'>,
  ports: AppPorts,
  { pipeline, registry, store }: Pick<OpenTenant, 'pipeline' | 'registry' | 'store'>,
): Promise<OpenEvents | Fault> {
  const dir = join(dataDir, 'tenants', name, 'events');
  const opened = await openEventLog(config.store, {
    ...ports,
    dir,
    history: { ageMs: config.events.history, sizeBytes: config.events.history_size },
  });
  if (isFault(opened)) return opened;
  const { log, content } = opened;
  const events = createEventDecoder(config.events);
  const logs = createLogDecoder(config.events);
  const decode = (kind: number, bytes: Uint8Array, nowMs: number): EventBatch | Fault => {
    if (kind === eventKinds.columns) return decodeEvents(bytes);
    if (kind === eventKinds.logsProtobuf) return logs.decodeProtobuf(bytes, nowMs);
    return kind === eventKinds.logsJson ? logs.decodeJson(bytes, nowMs) : events.decodeJson(bytes, nowMs);
  };
  const options = {
    idsMax: config.events.ids_max,
    lateEventsMax: config.events.late_events_max,
    checkpointEveryMs: config.events.checkpoint_every,
    pendingBytesMax: config.store.wal_pending_max,
    seriesMax: config.events.metric_series_max,
  };
  const engine = new ViewEngine(config.views, options, {
    ...ports,
    log,
    resolver: pipeline.resolver,
    registry,
    decode,
    write: (batch) => pipeline.consume(batch),
    async readSamples(matchers, fromMs, toMs, visit) {
      const buffer = createSampleBuffer();
      for (const series of await store.select(matchers, fromMs, toMs)) {
        await series.read(buffer);
        visit({ ...buffer, labels: series.labels });
      }
    },
  });
  engine.recover(content.checkpoint, content.records);
  engine.start();
  const accept = (kind: number, bytes: Uint8Array) => engine.accept(kind, bytes);
  const intake = openIntake(name, config, lookupTables ?? new Map(), {
    ...ports,
    dir,
    decode,
    accept,
  });
  return { engine, log, intake };
}

function eventDoors({ engine, intake }: OpenEvents): EventDoors {
  return {
    acceptJson: (bytes) => intake.accept(eventKinds.json, bytes),
    acceptLogs: (bytes, encoding) =>
      intake.accept(encoding === 'protobuf' ? eventKinds.logsProtobuf : eventKinds.logsJson, bytes),
    deadLetters: intake.deadLetters,
    views: () => engine.status(),
    hasView: (name) => engine.has(name),
    lateEvents: () => engine.lateEvents(),
    listen: (view, listener) => engine.listen(view, listener),
  };
}

async function closeEvents({ engine, intake, log }: OpenEvents, drainTimeoutMs: number): Promise<void> {
  await engine.stop();
  await intake.close();
  await log.close(drainTimeoutMs);
}

/** Finishes what is in flight, flushes, closes. */
export async function closeTenant(
  { alerts, store, events, watch, doors }: OpenTenant,
  drainTimeoutMs: number,
  logger: Logger,
): Promise<void> {
  await closeAlerts(alerts, drainTimeoutMs);
  await closeEvents(events, drainTimeoutMs);
  await closeWatch(watch, drainTimeoutMs);
  const fault = await store.close(drainTimeoutMs);
  if (isFault(fault))
    logger.error('the store did not close cleanly', { tenant: doors.name, reason: fault.message });
}
