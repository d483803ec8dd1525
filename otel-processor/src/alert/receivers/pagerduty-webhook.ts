import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Fault, permanent } from '../../base/index.ts';
import type { InboundAction, InboundRequest, RemoteRefs } from '../types.ts';

interface WebhookEvent {
  readonly id?: unknown;
  readonly event_type?: unknown;
  readonly agent?: { readonly type?: unknown; readonly summary?: unknown } | null;
  readonly data?: {
    readonly id?: unknown;
    readonly incident_key?: unknown;
    /** Of a note: what it says, and the incident that it is about, by PagerDuty's own id. */
    readonly content?: unknown;
    readonly incident?: { readonly id?: unknown } | null;
    readonly assignees?: readonly { readonly summary?: unknown }[];
  } | null;
}

const NOTE_LENGTH_MAX = 4000;

/**
 * Reads a v3 webhook of PagerDuty. The header has a signature for each of the subscription's secrets: `v1=HEX,v1=HEX`, the
 * HMAC-SHA256 of the body. What our own events brought about has no person as its agent, and is left alone: else an
 * acknowledgement would go round in circles. A note names its incident by PagerDuty's own id only, which others tell before.
 */
export function readPagerDutyWebhook(
  request: InboundRequest,
  secrets: readonly string[],
  refs: RemoteRefs,
): readonly InboundAction[] | Fault {
  const header = request.header('x-pagerduty-signature');
  if (header === undefined) {
    return permanent('unauthenticated', 'the header X-PagerDuty-Signature is missing');
  }
  if (!isSigned(request.body, header, secrets)) {
    return permanent(
      'unauthenticated',
      'no signature in X-PagerDuty-Signature fits a secret of the receiver',
    );
  }
  const event = readEvent(request.body);
  if (event === undefined) return permanent('invalid', 'the body is not a webhook of PagerDuty, version 3');
  const { data } = event;
  if (typeof data?.id === 'string' && typeof data.incident_key === 'string') {
    refs.learn(data.id, data.incident_key);
  }
  const action = actionOf(event, refs);
  return action === undefined ? [] : [action];
}

function isSigned(body: Uint8Array, header: string, secrets: readonly string[]): boolean {
  const given = header
    .split(',')
    .map((part) => /^v1=([0-9a-f]{64})$/i.exec(part.trim())?.[1])
    .filter((hex) => hex !== undefined)
    .map((hex) => Buffer.from(hex, 'hex'));
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest();
    return given.some((each) => timingSafeEqual(each, expected));
  });
}

function readEvent(body: Uint8Array): WebhookEvent | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    const event =
      typeof parsed === 'object' && parsed !== null && 'event' in parsed ? parsed.event : undefined;
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

function actionOf(event: WebhookEvent, refs: RemoteRefs): InboundAction | undefined {
  const { id, event_type: type, agent, data } = event;
  const incidentId = data?.incident?.id;
  const dedupKey =
    data?.incident_key ?? (typeof incidentId === 'string' ? refs.dedupKeyOf(incidentId) : undefined);
  if (typeof id !== 'string' || typeof dedupKey !== 'string') return undefined;
  if (agent?.type !== 'user_reference') return undefined;
  const name = typeof agent.summary === 'string' && agent.summary !== '' ? agent.summary : 'Somebody';
  const what = whatWasDone(String(type), data ?? {});
  if (what === undefined) return undefined;
  const by = { name: name.slice(0, 200), user: null, via: 'pagerduty' } as const;
  return { dedupKey, action: { ...what, actionId: `pagerduty:${id}` }, by };
}

function whatWasDone(type: string, { assignees = [], content }: NonNullable<WebhookEvent['data']>) {
  const to = assignees.flatMap(({ summary }) => (typeof summary === 'string' ? [summary] : [])).join(', ');
  switch (type) {
    case 'incident.acknowledged':
      return { action: 'ack' } as const;
    case 'incident.resolved':
      // Only the condition decides when it is over; until then nobody else is to be woken.
      return { action: 'ack', note: 'resolved in PagerDuty; the condition still holds' } as const;
    case 'incident.unacknowledged':
    case 'incident.reopened':
      return { action: 'unack' } as const;
    case 'incident.annotated':
      return typeof content === 'string' && content !== ''
        ? ({ action: 'note', note: `in PagerDuty: ${content.slice(0, NOTE_LENGTH_MAX)}` } as const)
        : undefined;
    case 'incident.reassigned':
    case 'incident.delegated':
    case 'incident.escalated': {
      const verb = type.slice('incident.'.length);
      return {
        action: 'note',
        note: `${verb} in PagerDuty${to === '' ? '' : ` to ${to.slice(0, 500)}`}`,
      } as const;
    }
    default:
      return undefined;
  }
}
