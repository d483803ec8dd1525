import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

const config = `
events: { checkpoint_every: 500ms }
views:
  - name: hits
    from: hit
    by: [k]
    window: { tumbling: 1s }
    aggregate: { count: {} }
    guarantee: complete
    out_of_orderness: 5s
    idle_after: 2s
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
  service = await startService({ dataDir, config });
  const sent: Sent[] = [];
  let stop = false;
  const client = async (name: string): Promise<void> => {
    for (let n = 0; !stop; n++) {
      const events = Array.from({ length: 20 }, (_, i) => ({
        id: `${name}-${n}-${i}`,
        name: 'hit',
        timestamp: Date.now() - randomInt(500),
        attributes: { k: String(i % 3) },
      }));
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
  await sleep(200);
  stop = true;
  await Promise.all(clients);
  const expected = { '0': 0, '1': 0, '2': 0 };
  for (const { attributes } of sent) expected[attributes.k as '0' | '1' | '2'] += 1;
  // The clock closes the last windows when the clients have been silent for idle_after and out_of_orderness.
  let counted: unknown;
  for (let tries = 0; tries < 60; tries++) {
    await sleep(250);
    counted = await total(service.httpUrl);
    if (JSON.stringify(counted) === JSON.stringify(expected)) break;
  }
  expect(counted).toEqual(expected);
}, 60_000);

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
