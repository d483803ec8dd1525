import type { Server } from 'node:http';
import { isIP } from 'node:net';
import { type Clock, type Fault, isFault, type Logger, permanent, type Telemetry } from '../base/index.ts';
import { addAlertRoutes } from './alerts/alert-routes.ts';
import { addAlertmanagerRoutes } from './alerts/alertmanager-routes.ts';
import { addInboundRoute } from './alerts/inbound-route.ts';
import { addNotificationRoutes } from './alerts/notification-routes.ts';
import { addAlertPage } from './alerts/page.ts';
import { type Api, type ApiPorts, createApi } from './api.ts';
import { type Authenticator, createAuthenticator } from './auth.ts';
import type { ServeConfig } from './config.ts';
import { createGrpcServer } from './grpc/server.ts';
import { createFlight } from './http/flight.ts';
import { createBrowserGuard } from './http/guard.ts';
import { createInflater } from './http/inflate.ts';
import { createIngestRoutes, type IngestPorts } from './http/ingest-door.ts';
import { createHttpServer } from './http/server.ts';
import { addAnomalyRoutes } from './insight/anomaly-routes.ts';
import { addExplainRoute } from './insight/explain-route.ts';
import { addForecastRoute } from './insight/forecast-route.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { type ListeningServer, listenOn, parseAddress } from './listen.ts';
import type { OtlpAnswers, QueryLanguage } from './ports.ts';
import { addQueryRoutes } from './prometheus/query-routes.ts';
import { addRuleRoutes } from './prometheus/rule-routes.ts';
import { addSeriesRoutes } from './prometheus/series-routes.ts';
import { addStatusRoutes } from './prometheus/status-routes.ts';
import { observeProcess } from './self/process-metrics.ts';
import { addSelfRoutes } from './self/self-routes.ts';
import { addStatusPage } from './status/routes.ts';
import { createStreamHub } from './stream/hub.ts';
import { addStreamRoute } from './stream/route.ts';
import type { Admission, TenantDirectory, TenantDoors } from './tenant.ts';
import { readTls } from './tls.ts';
import { addDeadLetterRoute, addLateEventRoute } from './views/dead-letter-route.ts';
import { addViewRoutes } from './views/routes.ts';
import { addWatchRoutes } from './watches/routes.ts';

export interface ServicePorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly answers: OtlpAnswers;
  readonly language: QueryLanguage;
  /** Reserves memory for a request of this many bytes after decompression, or says why it must wait. */
  admit(sizeBytes: number): Admission | Fault;
  /** The tenants that are open; empty while they are being opened. */
  tenants(): readonly TenantDoors[];
}

export interface ServiceFacts {
  readonly startTimeMs: number;
  /** The whole configuration as YAML, without secrets. */
  configYaml(): string;
  readonly flags: Readonly<Record<string, string>>;
  readonly retentionText: string;
  /** Reads the configuration again and takes of it what can be taken without a restart. */
  reload(): Promise<Fault | undefined>;
  readonly stepsMax: number;
}

/** Addresses as `HOST:PORT` with the port that was really taken. */
export interface ServiceAddresses {
  readonly http: string;
  readonly grpc: string;
  readonly secure: boolean;
}

export interface Service {
  /** Opens both doors; answers 503 until `ready`. */
  listen(): Promise<ServiceAddresses | Fault>;
  ready(): void;
  /** Stops accepting, lets what is in flight finish, then closes every connection. */
  shutdown(): Promise<void>;
}

/** Composes the doors. A fault is a mistake in the configuration. */
export function createService(
  config: ServeConfig,
  facts: ServiceFacts,
  ports: ServicePorts,
): Service | Fault {
  const exposed = exposure(config);
  if (exposed !== undefined) return exposed;
  const tls = readTls(config.tls);
  if (isFault(tls)) return tls;
  const { clock, logger, telemetry } = ports;
  const lifecycle = createLifecycle(clock);
  const authenticator = createAuthenticator(config.tokens, telemetry);
  const shared: Shared = {
    lifecycle,
    authenticator,
    tenants: (name) => ports.tenants().find((tenant) => tenant.name === name),
  };
  let addresses: ServiceAddresses | undefined;
  const { api, stop } = composeApi(config, facts, ports, shared, () => addresses);
  const ingestPorts = composeIngest(config, ports, shared);
  const guard = createBrowserGuard({
    tokensRequired: authenticator.required,
    allowedHosts: config.allowed_hosts,
    corsOrigins: config.cors_origins,
  });
  const ingest = createIngestRoutes(ingestPorts, {
    bodySizeMax: config.body_size_max,
    retryAfterMs: config.retry_after,
  });
  const http = createHttpServer(config, { ingest, api, guard, lifecycle, telemetry, logger, tls });
  const grpc = createGrpcServer(config, { ...ingestPorts, logger, tls });
  return {
    async listen() {
      const opened = await openDoors(config, http, grpc);
      if (isFault(opened)) return opened;
      addresses = { ...opened, secure: tls !== undefined };
      return addresses;
    },
    ready: () => lifecycle.ready(),
    shutdown: () => shutdown(config, lifecycle, http, grpc, logger, stop),
  };
}

/** What all routes have in common. */
interface Shared {
  readonly lifecycle: Lifecycle;
  readonly authenticator: Authenticator;
  readonly tenants: TenantDirectory;
}

function composeApi(
  config: ServeConfig,
  facts: ServiceFacts,
  ports: ServicePorts,
  shared: Shared,
  addresses: () => ServiceAddresses | undefined,
): { readonly api: Api; stop(): void } {
  const { clock, logger, telemetry, language, tenants } = ports;
  const apiPorts: ApiPorts = {
    ...shared,
    telemetry,
    logger,
    clock,
    formSizeMax: config.form_size_max,
    bodySizeMax: config.api_body_size_max,
  };
  const api = createApi(apiPorts);
  const processMetrics = observeProcess(telemetry, clock, facts.startTimeMs);
  const hub = createStreamHub(config.stream, { clock, telemetry, logger });
  addSelfRoutes(api, apiPorts, tenants, processMetrics);
  addQueryRoutes(api, clock, language, facts.stepsMax);
  addSeriesRoutes(api, language);
  addRuleRoutes(api, language);
  addStatusRoutes(api, { ...facts, nowMs: () => clock.nowMs() }, language);
  addStreamRoute(api, hub, clock, config.stream);
  addWatchRoutes(api);
  addViewRoutes(api, () => clock.nowMs());
  addAnomalyRoutes(api, language);
  addAlertmanagerRoutes(api, facts.startTimeMs);
  addAlertRoutes(api);
  addAlertPage(api, shared.authenticator.required);
  addNotificationRoutes(api);
  addInboundRoute(api, telemetry, () => clock.nowMs(), tenants);
  addExplainRoute(api, clock);
  addForecastRoute(api, clock);
  addDeadLetterRoute(api);
  addLateEventRoute(api);
  addStatusPage(api, { apiPorts, facts, processMetrics, tenants, addresses });
  return {
    api,
    stop() {
      hub.close();
      processMetrics.stop();
    },
  };
}

function composeIngest(
  config: ServeConfig,
  { clock, telemetry, answers, admit }: ServicePorts,
  shared: Shared,
): IngestPorts {
  const limit = 'in_flight_size_max';
  const refused = telemetry.counter(
    'statbar_backpressure_total',
    'Requests refused with a retryable answer.',
    {
      limit,
    },
  );
  return {
    ...shared,
    flight: createFlight(config[limit], config.retry_after, () => refused.add(1)),
    inflater: createInflater(config.inflations_max),
    telemetry,
    clock,
    answers,
    admit,
  };
}

async function openDoors(
  config: ServeConfig,
  http: Server,
  grpc: ListeningServer,
): Promise<{ http: string; grpc: string } | Fault> {
  const httpAddress = await listenOn(http, config.listen, 'serve.listen');
  if (isFault(httpAddress)) return httpAddress;
  const grpcAddress = await listenOn(grpc, config.grpc_listen, 'serve.grpc_listen');
  if (isFault(grpcAddress)) {
    http.close();
    return grpcAddress;
  }
  return { http: httpAddress, grpc: grpcAddress };
}

async function shutdown(
  config: ServeConfig,
  lifecycle: Lifecycle,
  http: Server,
  grpc: ReturnType<typeof createGrpcServer>,
  logger: Logger,
  stopStreams: () => void,
): Promise<void> {
  const draining = lifecycle.drain(config.drain_timeout);
  stopStreams();
  http.close();
  http.closeIdleConnections();
  grpc.goAway();
  const left = await draining;
  if (left > 0) logger.warn('requests were cut off at shutdown', { count: left });
  http.closeAllConnections();
  await grpc.shutdown();
}

/** Refuses to listen beyond this machine without credentials. */
function exposure(config: ServeConfig): Fault | undefined {
  if (config.tokens.length > 0) return undefined;
  for (const key of ['listen', 'grpc_listen'] as const) {
    const { host } = parseAddress(config[key]);
    if (!isLoopback(host)) {
      return permanent(
        'invalid',
        `serve.${key}: refusing to listen on ${host} without credentials: add serve.tokens (make one with \`statbar token\`), or listen on 127.0.0.1`,
      );
    }
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
