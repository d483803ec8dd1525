import { createHash, timingSafeEqual } from 'node:crypto';
import { type Fault, permanent } from '../../base/index.ts';
import type { InboundAction, InboundRequest } from '../types.ts';

interface WebhookBody {
  readonly action?: unknown;
  readonly source?: { readonly type?: unknown };
  readonly alert?: {
    readonly alias?: unknown;
    readonly alertId?: unknown;
    readonly username?: unknown;
    readonly updatedAt?: unknown;
    readonly note?: unknown;
  };
}

/**
 * Reads what a webhook integration of Opsgenie or Jira Service Management tells. They sign nothing, so the webhook is to
 * carry a token. What an API integration did, ours among them, is left alone: else it would go round in circles.
 */
export function readOpsgenieWebhook(
  request: InboundRequest,
  token: string,
  via: 'opsgenie' | 'jsm',
): readonly InboundAction[] | Fault {
  const given = /^Bearer (.+)$/i.exec(request.header('authorization') ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (!timingSafeEqual(digest(given), digest(token))) {
    return permanent(
      'unauthenticated',
      'the header Authorization does not carry the webhook_token of the receiver',
    );
  }
  const body = readBody(request.body);
  if (body === undefined) return permanent('invalid', 'the body is not a webhook of Opsgenie');
  const { action: done, alert, source } = body;
  const dedupKey = alert?.alias;
  if (typeof dedupKey !== 'string' || String(source?.type).toLowerCase() === 'api') return [];
  const what = whatWasDone(String(done), alert?.note);
  if (what === undefined) return [];
  const name = typeof alert?.username === 'string' && alert.username !== '' ? alert.username : 'Somebody';
  // The same webhook that comes twice is one action.
  const seal = digest(new TextDecoder().decode(request.body)).toString('hex').slice(0, 32);
  const by = { name: name.slice(0, 200), user: null, via };
  return [{ dedupKey, action: { ...what, actionId: `${via}:${seal}` }, by }];
}

function readBody(body: Uint8Array): WebhookBody | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function whatWasDone(action: string, note: unknown) {
  switch (action) {
    case 'Acknowledge':
      return { action: 'ack' } as const;
    case 'UnAcknowledge':
      return { action: 'unack' } as const;
    case 'Close':
      // Only the condition decides when it is over; until then nobody else is to be woken.
      return { action: 'ack', note: 'closed there; the condition still holds' } as const;
    case 'AddNote':
      return typeof note === 'string' && note !== ''
        ? ({ action: 'note', note: note.slice(0, 2000) } as const)
        : undefined;
    default:
      return undefined;
  }
}
