import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type RuleGroup, RuleManager } from './alert/index.ts';
import {
  type Clock,
  type Fault,
  formatDuration,
  type HashKey,
  isFault,
  type Logger,
  randomHashKey,
  type Telemetry,
} from './base/index.ts';
import { type Config, hideSecrets } from './config/index.ts';
import {
  createEventDecoder,
  createLogDecoder,
  createOtlpDecoder,
  createRemoteWriteDecoder,
  encodeExportResponse,
  encodeStatus,
  grpcStatusOf,
  httpStatusOf,
} from './ingest/index.ts';
import { type Appender, SeriesRegistry } from './model/index.ts';
import { createPipeline, MemoryGuard, type Pipeline } from './pipeline/index.ts';
import {
  ChangeLog,
  createQueryEngine,
  formatExpression,
  noteAppends,
  parseExpressionJson,
  parseSelector,
} from './query/index.ts';
import {
  createService,
  type EventDoors,
  type Service,
  type ServiceAddresses,
  type TenantDoors,
} from './serve/index.ts';
import { createStore, type EventLog, openEventLog, type Store } from './store/index.ts';
import { ViewEngine } from './windows/index.ts';

export interface AppPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

export interface AppOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** The command line's options, for the API's `status/flags`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly startTimeMs: number;
  /** Evaluated over each tenant's own data. */
  readonly ruleGroups: readonly RuleGroup[];
}

export interface App {
  /** Opens the doors, then the stores; settles when requests are accepted. */
  start(): Promise<ServiceAddresses | Fault>;
  /** Finishes what is in flight, flushes, closes. */
  shutdown(): Promise<void>;
}

interface OpenTenant {
  readonly doors: TenantDoors;
  readonly store: Store;
  readonly rules: RuleManager;
  readonly events: OpenEvents;
}

interface OpenEvents {
  readonly engine: ViewEngine;
  readonly log: EventLog;
}

/** Composes the service: one registry, pipeline, store and engine per tenant, one pair of doors for all. */
export function createApp(options: AppOptions, ports: AppPorts): App | Fault {
  const { config } = options;
  const { clock, telemetry } = ports;
  const tenants: OpenTenant[] = [];
  const hashKey = randomHashKey();
  const memory = new MemoryGuard(config.pipeline, memoryProbe, clock, telemetry);
  const service = createService(
    config.serve,
    {
      startTimeMs: options.startTimeMs,
      configYaml: () => yamlOf(hideSecrets(config)),
      flags: options.flags,
      retentionText: retentionText(config),
      stepsMax: config.query.steps_max,
    },
    {
      ...ports,
      answers: { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf },
      language: { formatExpression, parseExpressionJson, parseSelector },
      admit: (sizeBytes) => memory.admit(sizeBytes),
      tenants: () => tenants.map((tenant) => tenant.doors),
    },
  );
  if (isFault(service)) return service;
  return {
    async start() {
      const addresses = await service.listen();
      if (isFault(addresses)) return addresses;
      memory.start();
      for (const name of tenantNames(config)) {
        const tenant = await openTenant(name, options, ports, hashKey);
        if (isFault(tenant)) {
          await stop(service, tenants, memory, config, ports.logger);
          return tenant;
        }
        tenants.push(tenant);
      }
      service.ready();
      return addresses;
    },
    shutdown: () => stop(service, tenants, memory, config, ports.logger),
  };
}

function tenantNames(config: Config): readonly string[] {
  if (config.serve.tokens.length === 0) return ['default'];
  return [...new Set(config.serve.tokens.map((token) => token.tenant))];
}

async function openTenant(
  name: string,
  { config, dataDir, ruleGroups }: AppOptions,
  { clock, logger, telemetry: shared }: AppPorts,
  hashKey: HashKey,
): Promise<OpenTenant | Fault> {
  // A tenant alone is the process; several need to be told apart.
  const telemetry = tenantNames(config).length > 1 ? shared.scope({ tenant: name }) : shared;
  const registry = new SeriesRegistry();
  const store = await createStore(config.store, {
    dir: join(dataDir, 'tenants', name),
    clock,
    logger,
    telemetry,
    registry,
  });
  if (isFault(store)) return store;
  const changes = new ChangeLog();
  const appender: Appender = {
    refusal: () => store.refusal(),
    append: noteAppends((batch) => store.append(batch), changes),
    lastSample: (seriesId) => store.lastSample(seriesId),
    lastHistogram: (seriesId) => store.lastHistogram(seriesId),
  };
  const pipeline = createPipeline(config.pipeline, { clock, telemetry, registry, appender });
  const events = await openEvents(name, { config, dataDir }, { clock, logger, telemetry }, pipeline);
  if (isFault(events)) {
    await store.close(config.serve.drain_timeout);
    return events;
  }
  const decoderPorts = { resolver: pipeline.resolver, hashKey, telemetry };
  const engine = createQueryEngine(config.query, { querier: store, clock, telemetry, logger, changes });
  const { resolver } = pipeline;
  const rulePorts = { engine, consumer: pipeline, resolver, clock, logger, telemetry };
  const rules = new RuleManager(config.rules, ruleGroups, rulePorts);
  rules.start();
  const doors: TenantDoors = {
    name,
    otlp: createOtlpDecoder(config.ingest, decoderPorts),
    remoteWrite: createRemoteWriteDecoder(config.ingest, decoderPorts),
    consume: (batch) => pipeline.consume(batch),
    events: eventDoors(events.engine),
    engine,
    querier: store,
    async deleteSeries(matchers, fromMs, toMs) {
      const deleted = await store.deleteSeries(matchers, fromMs, toMs);
      changes.note(Number.NEGATIVE_INFINITY);
      return deleted;
    },
    cleanTombstones: () => store.cleanTombstones(),
    status: () => store.status(),
    rules: () => rules.status(),
  };
  return { doors, store, rules, events };
}

/** Kinds of requests in the event log: what is written must stay readable. */
const EVENTS_JSON = 1;
const LOGS_PROTOBUF = 2;
const LOGS_JSON = 3;

async function openEvents(
  name: string,
  { config, dataDir }: Pick<AppOptions, 'config' | 'dataDir'>,
  ports: AppPorts,
  pipeline: Pipeline,
): Promise<OpenEvents | Fault> {
  const dir = join(dataDir, 'tenants', name, 'events');
  const opened = await openEventLog(config.store, { ...ports, dir });
  if (isFault(opened)) return opened;
  const { log, content } = opened;
  const events = createEventDecoder(config.events);
  const logs = createLogDecoder(config.events);
  const options = {
    idsMax: config.events.ids_max,
    checkpointEveryMs: config.events.checkpoint_every,
    pendingBytesMax: config.store.wal_pending_max,
  };
  const engine = new ViewEngine(config.views, options, {
    ...ports,
    log,
    resolver: pipeline.resolver,
    decode: (kind, bytes, nowMs) => {
      if (kind === LOGS_PROTOBUF) return logs.decodeProtobuf(bytes, nowMs);
      return kind === LOGS_JSON ? logs.decodeJson(bytes, nowMs) : events.decodeJson(bytes, nowMs);
    },
    write: (batch) => pipeline.consume(batch),
  });
  engine.recover(content.checkpoint, content.records);
  engine.start();
  return { engine, log };
}

function eventDoors(engine: ViewEngine): EventDoors {
  return {
    acceptJson: (bytes) => engine.accept(EVENTS_JSON, bytes),
    acceptLogs: (bytes, encoding) =>
      engine.accept(encoding === 'protobuf' ? LOGS_PROTOBUF : LOGS_JSON, bytes),
    views: () => engine.status(),
    hasView: (name) => engine.has(name),
    lateEvents: () => engine.lateEvents(),
    listen: (view, listener) => engine.listen(view, listener),
  };
}

async function stop(
  service: Service,
  tenants: readonly OpenTenant[],
  memory: MemoryGuard,
  config: Config,
  logger: Logger,
): Promise<void> {
  await service.shutdown();
  memory.stop();
  for (const { rules, store, doors, events } of tenants) {
    await rules.stop();
    await events.engine.stop();
    await events.log.close(config.serve.drain_timeout);
    const fault = await store.close(config.serve.drain_timeout);
    if (isFault(fault))
      logger.error('the store did not close cleanly', { tenant: doors.name, reason: fault.message });
  }
}

const memoryProbe = {
  residentBytes: () => process.memoryUsage.rss(),
  availableBytes() {
    // What a container may use, when it is less than the machine has; 0 or an absurd number when there is no limit.
    const constrained = process.constrainedMemory();
    return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  },
};

/** As Prometheus words it: `15d`, `15d or 10000000B`. */
function retentionText(config: Config): string {
  const { retention_time: ageMs, retention_size: sizeBytes } = config.store.blocks;
  const limits = [ageMs > 0 ? formatDuration(ageMs) : '', sizeBytes > 0 ? `${sizeBytes}B` : ''];
  return limits.filter((limit) => limit !== '').join(' or ');
}

/** JSON is YAML. */
function yamlOf(tree: unknown): string {
  return JSON.stringify(tree, null, 2);
}
