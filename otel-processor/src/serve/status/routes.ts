import type { ServiceStatus } from '@statbar/sdk/wire';
import { VERSION } from '../../base/index.ts';
import type { Api, ApiPorts } from '../api.ts';
import type { ProcessMetrics } from '../self/process-metrics.ts';
import { unreadyReason } from '../self/self-routes.ts';
import { ownOf } from '../self/tenant-view.ts';
import type { ServiceAddresses, ServiceFacts } from '../service.ts';
import type { TenantDoors } from '../tenant.ts';
import { openApiDocument } from './openapi.ts';
import { addPageFiles } from './page.ts';

export interface StatusPorts {
  readonly apiPorts: ApiPorts;
  readonly facts: ServiceFacts;
  readonly processMetrics: ProcessMetrics;
  tenants(): readonly TenantDoors[];
  addresses(): ServiceAddresses | undefined;
}

/** The status page at `/`, the JSON behind it, and the description of our own routes. */
export function addStatusPage(api: Api, ports: StatusPorts): void {
  // The page itself holds no data: with tokens it asks for one, and reads through the API like everybody.
  addPageFiles(api.hono);
  api.route(['GET'], '/statbar/v1/openapi.json', 'read', () => Response.json(openApiDocument));
  api.route(['GET'], '/statbar/v1/status', 'read', ({ tenant }) =>
    Response.json(serviceStatus(ports, tenant), { headers: { 'Cache-Control': 'no-store' } }),
  );
}

function serviceStatus(ports: StatusPorts, tenant: TenantDoors): ServiceStatus {
  const { clock, telemetry } = ports.apiPorts;
  const reason = unreadyReason(ports.apiPorts, [tenant]);
  const { writable, seriesCount, sizesBytes } = tenant.status();
  const memory = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const addresses = ports.addresses();
  return {
    version: VERSION,
    startTimeMs: ports.facts.startTimeMs,
    nowMs: clock.nowMs(),
    ready: reason === undefined,
    reason: reason ?? '',
    tenant: tenant.name,
    writable,
    seriesCount,
    sizesBytes,
    process: {
      residentBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      cpuSeconds: (user + system) / 1e6,
      eventLoopDelayP99Ms: ports.processMetrics.recentDelayP99Ms(),
    },
    metrics: telemetry.snapshot(ownOf(tenant.name)),
    links: {
      http: addresses?.http ?? '',
      grpc: addresses?.grpc ?? '',
      secure: addresses?.secure ?? false,
    },
  };
}
