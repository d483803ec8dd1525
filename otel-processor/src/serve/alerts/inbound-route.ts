import { isFault, permanent, type Telemetry } from '../../base/index.ts';
import { type Api, answerFault } from '../api.ts';
import type { TenantDoors } from '../tenant.ts';

/** Bodies of other services' webhooks. */
const BODY_BYTES_MAX = 1024 * 1024;

/**
 * `POST /statbar/v1/receivers/{name}/{kind}`: what receivers' services tell us. They hold no token of ours: the receiver
 * checks their signature over the body as it came.
 */
export function addInboundRoute(
  api: Api,
  telemetry: Telemetry,
  nowMs: () => number,
  tenants: () => readonly TenantDoors[],
): void {
  api.hono.post('/statbar/v1/receivers/:name/:kind', async ({ req, env }) => {
    const count = (outcome: string): void =>
      telemetry
        .counter('statbar_inbound_webhooks_total', "Webhooks of receivers' services, by what came of them.", {
          outcome,
        })
        .add(1);
    const body = new Uint8Array(await req.arrayBuffer());
    if (body.length > BODY_BYTES_MAX) {
      count('too_large');
      return answerFault(permanent('too_large', `the body is larger than ${BODY_BYTES_MAX} bytes`));
    }
    const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
    const request = { body, header: (name: string) => req.header(name), nowMs: nowMs() };
    let answer = answerFault(permanent('not_found', 'there is no such receiver'));
    for (const { alerts } of tenants()) {
      const address = incoming?.socket?.remoteAddress ?? '';
      const done = await alerts.inbound(req.param('name'), req.param('kind'), request, address);
      if (!isFault(done)) {
        count('accepted');
        return Response.json({ status: 'success', data: { actions: done } });
      }
      answer = answerFault(done);
    }
    count('refused');
    return answer;
  });
}
