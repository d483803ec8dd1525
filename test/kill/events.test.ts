import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

const configOf = (outOfOrderness: string, idleAfter: string): string => `
events: { checkpoint_every: 500ms }
views:
  - name: hits
    from: hit
    by: [k]
    window: { tumbling: 1s }
    aggregate: { count: {} }
    guarantee: complete
    out_of_orderness: ${outOfOrderness}
    idle_after: ${idleAfter}
`;

let temp: TempDir | undefined;
let service: Service | undefined;

afterEach(async () => {
  await service?.stop();
  temp?.remove();
});

interface Sent {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly timestamp: number;
  readonly attributes: { readonly k: string };
}

/** Posts until it is acknowledged, whatever happens to the service in between. */
async function sendUntilTaken(events: readonly Sent[], url: () => string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${url()}/statbar/v1/events`, {
        method: 'POST',
        body: JSON.stringify(events),
      });
      if (response.status === 200) {
        expect(await response.json()).toEqual({ accepted: events.length, refused: [] });
        return;
      }
    } catch {
      // The service died under the request: it may be logged or not, and is sent again.
    }
    await sleep(20);
  }
}

test('killed again and again, every event that was acknowledged is counted once', async () => {
  temp = createTempDir('kill-events');
  const dataDir = join(temp.path, 'data');
  const config = configOf('1s', '1h');
  service = await startService({ dataDir, config });
  const sent: Sent[] = [];
  // Each client is a source that is in order, in a time of its own: windows close as it goes on, and nothing is late
  // however long the service is away.
  const startMs = Date.now() - 1_800_000;
  const hit = (source: string, id: string, timestamp: number, k: number): Sent => ({
    id: `${source}-${id}`,
    name: 'hit',
    source,
    timestamp,
    attributes: { k: String(k) },
  });
  const first = ['a', 'b'].map((source) => hit(source, 'first', startMs, 0));
  await sendUntilTaken(first, () => service!.httpUrl);
  sent.push(...first);
  let stop = false;
  const client = async (name: string): Promise<void> => {
    for (let n = 0; !stop; n++) {
      const events = Array.from({ length: 20 }, (_, i) =>
        hit(name, `${n}-${i}`, startMs + n * 50 + randomInt(1000), i % 3),
      );
      await sendUntilTaken(events, () => service!.httpUrl);
      sent.push(...events);
    }
  };
  const clients = [client('a'), client('b')];
  for (let kill = 0; kill < 4; kill++) {
    await sleep(300 + randomInt(500));
    await service.kill();
    service = await startService({ dataDir, config });
  }
  const before = sent.length;
  await expect.poll(() => sent.length, { timeout: 30_000 }).toBeGreaterThan(before);
  stop = true;
  await Promise.all(clients);
  const expected = { '0': 0, '1': 0, '2': 0 };
  for (const { attributes } of sent) expected[attributes.k as '0' | '1' | '2'] += 1;
  // The clock may close the last windows now. The service is stopped in order for that: nothing is left to replay
  // under another pace.
  await service.stop();
  service = await startService({ dataDir, config: configOf('1s', '1s') });
  await expect.poll(() => total(service!.httpUrl), { timeout: 60_000, interval: 250 }).toEqual(expected);
}, 150_000);

/** Sum over all windows, by key. */
async function total(url: string): Promise<Record<string, number>> {
  const query = 'sort_by_label(sum by (k) (sum_over_time(hits[1h])), "k")';
  const time = String(Date.now() / 1000 + 60);
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query, time }),
  });
  const { data } = (await response.json()) as {
    data: { result: Array<{ metric: { k: string }; value: [number, string] }> };
  };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.k, Number(value[1])]));
}
