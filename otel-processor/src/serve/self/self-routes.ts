import { isFault } from '../../base/index.ts';
import { type Api, type ApiPorts, answerFault } from '../api.ts';
import type { TenantDoors } from '../tenant.ts';
import type { ProcessMetrics } from './process-metrics.ts';
import { visibleTo } from './tenant-view.ts';

const textHeaders = { 'Content-Type': 'text/plain; charset=utf-8' };

/** `/healthz` and `/readyz` say one word each, to anybody; `/metrics` needs read. */
export function addSelfRoutes(
  api: Api,
  ports: ApiPorts,
  tenants: () => readonly TenantDoors[],
  process: ProcessMetrics,
): void {
  api.hono.get('/healthz', () => new Response('ok\n', { headers: textHeaders }));
  api.hono.get('/readyz', (context) => {
    const why = unreadyReason(ports, tenants());
    if (why === undefined) return new Response('ready\n', { headers: textHeaders });
    // Without tokens everybody may know; with them, only the word is for everybody, and the reason for its tenant.
    const principal = ports.authenticator.authorize(context.req.header('authorization'), 'read');
    const known = isFault(principal)
      ? undefined
      : principal.scopes.has('admin')
        ? why
        : unreadyReason(
            ports,
            tenants().filter(({ name }) => name === principal.tenant),
          );
    const text = known === undefined ? 'not ready\n' : `not ready: ${known}\n`;
    return new Response(text, { status: 503, headers: textHeaders });
  });
  // Hand-written, because a scrape must work while the tenants are still replaying.
  api.hono.get('/metrics', (context) => {
    const principal = ports.authenticator.authorize(context.req.header('authorization'), 'read');
    if (isFault(principal)) return answerFault(principal);
    const body = ports.telemetry.render(visibleTo(principal));
    process.lap();
    return new Response(body, { headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' } });
  });
}

/** Why traffic should not come here now. */
export function unreadyReason(
  ports: Pick<ApiPorts, 'lifecycle'>,
  tenants: readonly TenantDoors[],
): string | undefined {
  if (!ports.lifecycle.accepting) return ports.lifecycle.reason;
  for (const tenant of tenants) {
    const status = tenant.status();
    if (!status.writable) return `tenant ${tenant.name} cannot be written: ${status.reason ?? 'unknown'}`;
  }
  return undefined;
}
