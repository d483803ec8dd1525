import type { WebClient } from '@slack/web-api';
import { pictureKey } from '../deliver/index.ts';
import type { FindOutcome } from '../reply/index.ts';
import { failureOf } from './outcome.ts';
import { messageIdOf } from './places.ts';

export const METADATA_TYPE = 'statbar_delivery';
const PAGE_SIZE = 200;
const PAGES_MAX = 25;

interface FoundMessage {
  readonly ts?: string | undefined;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown } | undefined;
  readonly files?: readonly { readonly id?: string; readonly name?: string | null }[] | undefined;
}

/**
 * What was posted under a delivery's id, in the channel or in a thread: by the metadata of messages and the names of
 * files. Slack has no key that makes a second post the first one, so this is how a lost answer is made good.
 */
export async function searchSlack(
  client: WebClient,
  channel: string,
  threadTs: string | null,
  deliveryId: string,
  sinceMs: number,
): Promise<FindOutcome> {
  const found: { part: number; messageId: string }[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < PAGES_MAX; page++) {
      const span = {
        channel,
        limit: PAGE_SIZE,
        include_all_metadata: true,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const answer =
        threadTs === null
          ? await client.conversations.history({ ...span, oldest: String(Math.max(0, sinceMs) / 1000) })
          : await client.conversations.replies({ ...span, ts: threadTs });
      for (const message of (answer.messages ?? []) as readonly FoundMessage[]) {
        const part = await partOf(client, message, deliveryId);
        if (part !== undefined && message.ts !== undefined) {
          found.push({ part, messageId: messageIdOf(channel, message.ts) });
        }
      }
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') {
        return { found: found.sort((a, b) => a.part - b.part) };
      }
    }
    return { outcome: 'later', reason: 'too much was said since to find out whether it was posted' };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.outcome === 'gone') return { found: [] };
    return {
      outcome: 'later',
      reason: `whether it was posted cannot be found out: ${failure.reason}`,
      ...('retryAfterMs' in failure ? { retryAfterMs: failure.retryAfterMs } : {}),
    };
  }
}

async function partOf(
  client: WebClient,
  { metadata, files }: FoundMessage,
  deliveryId: string,
): Promise<number | undefined> {
  const payload = metadata?.event_payload;
  if (metadata?.event_type === METADATA_TYPE && typeof payload === 'object' && payload !== null) {
    const { delivery_id: id, part } = payload as Readonly<Record<string, unknown>>;
    if (id === deliveryId) return typeof part === 'number' ? part : 0;
  }
  for (const { id, name } of files ?? []) {
    const known = name ?? (id === undefined ? undefined : (await client.files.info({ file: id })).file?.name);
    const match = /^statbar-([0-9a-f]+)-(\d+)\.png$/.exec(known ?? '');
    if (match !== null && match[1] === pictureKey(deliveryId)) return Number(match[2]);
  }
  return undefined;
}

/** The alert group whose thread begins with this message; null when it is none of ours. */
export async function groupOfThread(
  client: WebClient,
  channel: string,
  threadTs: string,
): Promise<string | null> {
  try {
    const answer = await client.conversations.replies({
      channel,
      ts: threadTs,
      limit: 1,
      include_all_metadata: true,
    });
    const { metadata } = ((answer.messages ?? []) as readonly FoundMessage[])[0] ?? {};
    const payload = metadata?.event_payload as Readonly<Record<string, unknown>> | undefined;
    const id = payload?.['delivery_id'];
    if (metadata?.event_type !== METADATA_TYPE || typeof id !== 'string') return null;
    return id.endsWith('/card') ? id.slice(0, id.indexOf('/')) : null;
  } catch {
    return null;
  }
}
