import { totalmem } from 'node:os';
import type { RuleGroup } from './alert/index.ts';
import { type AppPorts, closeTenant, type OpenTenant, openTenant, type TenantOptions } from './app-tenant.ts';
import { type Fault, formatDuration, isFault, type Logger, randomHashKey } from './base/index.ts';
import { type Config, hideSecrets } from './config/index.ts';
import { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf } from './ingest/index.ts';
import { type LookupTables, MemoryGuard } from './pipeline/index.ts';
import { formatExpression, parseExpressionJson, parseSelector } from './query/index.ts';
import {
  createService,
  instrumentsOf,
  SelfSeries,
  type Service,
  type ServiceAddresses,
} from './serve/index.ts';

export type { AppPorts };

export interface AppOptions extends TenantOptions {
  /** The command line's options, for the API's `status/flags`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly startTimeMs: number;
  /** Reads the configuration again and hands it to the app; nothing can be reloaded without it. */
  readonly reload?: (app: App) => Promise<Fault | undefined>;
}

export interface App {
  /** Opens the doors, then the stores; settles when requests are accepted. */
  start(): Promise<ServiceAddresses | Fault>;
  /** Takes views, watches, alerts and rules of another configuration, and tables of `events.enrichment` for events from now on. */
  reload(config: Config, tables: LookupTables, ruleGroups: readonly RuleGroup[]): Promise<void>;
  /** Finishes what is in flight, flushes, closes. */
  shutdown(): Promise<void>;
}

/** Composes the service: one registry, pipeline, store and engine per tenant, one pair of doors for all. */
export function createApp(options: AppOptions, ports: AppPorts): App | Fault {
  const { config } = options;
  let shown = config;
  const { clock, telemetry } = ports;
  const tenants: OpenTenant[] = [];
  let selfSeries: readonly SelfSeries[] = [];
  const hashKey = randomHashKey();
  const memory = new MemoryGuard(config.pipeline, memoryProbe, clock, telemetry);
  const service = createService(
    config.serve,
    {
      startTimeMs: options.startTimeMs,
      configYaml: () => yamlOf(hideSecrets(shown)),
      flags: options.flags,
      retentionText: retentionText(config),
      reload: async () => options.reload?.(app),
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
  const app: App = {
    async start() {
      const addresses = await service.listen();
      if (isFault(addresses)) return addresses;
      memory.start();
      for (const name of tenantNames(config)) {
        // A tenant alone is the process; several need to be told apart.
        const own = tenantNames(config).length > 1 ? telemetry.scope({ tenant: name }) : telemetry;
        const tenant = await openTenant(name, options, { ...ports, telemetry: own }, hashKey);
        if (isFault(tenant)) {
          await stop(service, tenants, memory, config, ports.logger);
          return tenant;
        }
        tenants.push(tenant);
      }
      selfSeries = openSelfSeries(config, tenants, addresses.http, ports);
      for (const series of selfSeries) series.start();
      service.ready();
      return addresses;
    },
    async reload({ views, watch, watches, rules, alert }, tables, ruleGroups) {
      shown = { ...shown, views, watch, watches, rules, alert };
      for (const { events, alerts, watch: watching } of tenants) {
        events.intake.setLookupTables(tables);
        await events.engine.reload(views);
        await watching?.engine.reload(watch, watches);
        alerts.engine.reload(alert);
        await alerts.rules.replace(ruleGroups);
      }
    },
    async shutdown() {
      await Promise.all(selfSeries.map((series) => series.stop()));
      await stop(service, tenants, memory, config, ports.logger);
    },
  };
  return app;
}

/** Instruments of a tenant are stored with its data, those of the process with the first of them, or `default`. */
function openSelfSeries(
  config: Config,
  tenants: readonly OpenTenant[],
  instance: string,
  { clock, telemetry }: AppPorts,
): SelfSeries[] {
  const main = tenants.find(({ doors }) => doors.name === 'default') ?? tenants[0];
  return tenants.map((tenant) => {
    const { registry, doors } = tenant;
    const show = instrumentsOf(doors.name, tenant === main);
    const labels = { job: 'statbar', instance };
    return new SelfSeries(config.serve.self_metrics, {
      ...{ clock, telemetry, show, registry, labels },
      consume: (batch) => doors.consume(batch),
    });
  });
}

function tenantNames(config: Config): readonly string[] {
  if (config.serve.tokens.length === 0) return ['default'];
  return [...new Set(config.serve.tokens.map((token) => token.tenant))];
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
  for (const tenant of tenants) await closeTenant(tenant, config.serve.drain_timeout, logger);
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
