import { totalmem } from 'node:os';
import type { RuleGroup } from './alert/index.ts';
import { type AppPorts, closeTenant, type OpenTenant, openTenant, type TenantOptions } from './app-tenant.ts';
import { type Fault, formatDuration, isFault, type Logger, randomHashKey } from './base/index.ts';
import { type Config, hideSecrets } from './config/index.ts';
import { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf } from './ingest/index.ts';
import { type LookupTables, MemoryGuard } from './pipeline/index.ts';
import { formatExpression, parseExpressionJson, parseSelector } from './query/index.ts';
import { createService, type Service, type ServiceAddresses } from './serve/index.ts';

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
  /** Takes the views and watches of another configuration, tables of `events.enrichment` for events from now on, and rules. */
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
      service.ready();
      return addresses;
    },
    async reload({ views, watch, watches, rules }, tables, ruleGroups) {
      shown = { ...shown, views, watch, watches, rules };
      for (const { events, alerts, watch: watching } of tenants) {
        events.intake.setLookupTables(tables);
        await events.engine.reload(views);
        await watching?.engine.reload(watch, watches);
        await alerts.rules.replace(ruleGroups);
      }
    },
    shutdown: () => stop(service, tenants, memory, config, ports.logger),
  };
  return app;
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
