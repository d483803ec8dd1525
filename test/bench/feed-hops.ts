import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When a card passed between service and bot. Milliseconds since the epoch. */
export interface CardHops {
  /** The group as the service has it: when its first alert came, and when it was decided to tell it. */
  createdAtMs: number;
  firedAtMs: number;
  /** The feed's answer with it went to the bot. */
  offeredAtMs: number;
  /** The bot asked to begin, and was told to. */
  beginAtMs: number;
  begunAtMs: number;
  settledAtMs: number;
}

interface Offer {
  readonly id: string;
  readonly part: string;
  readonly group: {
    readonly groupLabels: Readonly<Record<string, string>>;
    readonly createdAtMs: number;
    readonly firedAtMs: number;
  };
}

/** Stands between bot and service and writes down when each card passed, by the value of one group label. */
export async function startFeedHops(
  serviceUrl: string,
  label: string,
): Promise<{ readonly url: string; readonly hops: Map<string, CardHops>; stop(): Promise<void> }> {
  const hops = new Map<string, CardHops>();
  const labelOf = new Map<string, string>();
  const note = (id: string, at: Partial<CardHops>): void => {
    const found = hops.get(labelOf.get(id) ?? '');
    if (found === undefined) return;
    for (const [key, atMs] of Object.entries(at) as [keyof CardHops, number][]) {
      // Only the first card counts, not its edits.
      if (found[key] === 0) found[key] = atMs;
    }
  };
  const seen = (path: string, asked: string, answered: string, askedAtMs: number): void => {
    const nowMs = Date.now();
    if (path.endsWith('/notifications/begin')) {
      for (const id of (JSON.parse(asked) as { ids: string[] }).ids) {
        note(id, { beginAtMs: askedAtMs, begunAtMs: nowMs });
      }
    } else if (path.endsWith('/notifications/settle')) {
      const { results } = JSON.parse(asked) as { results: { id: string }[] };
      for (const { id } of results) note(id, { settledAtMs: nowMs });
    } else if (path.endsWith('/notifications')) {
      const { data } = JSON.parse(answered) as { data?: { deliveries: Offer[] } };
      for (const { id, part, group } of data?.deliveries ?? []) {
        if (part !== 'card' || labelOf.has(id)) continue;
        const { createdAtMs, firedAtMs } = group;
        const value = group.groupLabels[label] ?? '';
        labelOf.set(id, value);
        const none = { beginAtMs: 0, begunAtMs: 0, settledAtMs: 0 };
        hops.set(value, { createdAtMs, firedAtMs, offeredAtMs: nowMs, ...none });
      }
    }
  };
  const server = createServer(async (request, response) => {
    const askedAtMs = Date.now();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = 'GET', url = '/' } = request;
    try {
      const answer = await fetch(serviceUrl + url, {
        method,
        headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
        signal: gone.signal,
        ...(body.length === 0 ? {} : { body }),
      });
      const text = await answer.text();
      seen(new URL(url, serviceUrl).pathname, body.toString(), text, askedAtMs);
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(text);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hops,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
