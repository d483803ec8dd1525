import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChatBot } from '../support/chat-bot.ts';
import { FakeSlack } from '../support/fakes/slack/index.ts';
import { startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { publish, single } from './report.ts';

/**
 * From a sample over its threshold, sent by OTLP, to the card that Slack has accepted: the rule's interval of a second is
 * part of it, and so are durability on the way in, in the outbox, and the connection to a Slack of our making with its
 * real limits. One alert every 200 ms, over 20 channels.
 */
const ALERTS = 200;
const CHANNELS = 20;
const EVERY_MS = 200;
const channels = Array.from({ length: CHANNELS }, (_, i) => `C${100 + i}`);

const temp = createTempDir('card-latency');
const rules = join(temp.path, 'rules.yaml');
writeFileSync(
  rules,
  `groups:
  - name: probes
    interval: 1s
    rules:
      - { alert: Probe, expr: 'probe_value > 1', labels: { severity: critical } }
`,
);
const config = `
rules: { files: ['${rules}'] }
alert:
  storm: { groups_per_minute_max: 0 }
  route:
    receiver: r0
    group_wait: 0s
    group_by: [probe]
    routes:
${channels.map((_, i) => `      - { receiver: r${i}, matchers: ['channel="${i}"'] }`).join('\n')}
  receivers:
${channels.map((id, i) => `    - { name: r${i}, chat: [{ platform: slack, channel: ${id} }] }`).join('\n')}
`;

const slack = new FakeSlack();
await slack.start();
for (const id of channels) slack.workspace.addChannel({ id });
const service = await startService({ config });
const bot = await startChatBot({ serviceUrl: service.httpUrl, slack });

async function send(probe: string, channel: number): Promise<number> {
  const atMs = Date.now();
  const attributes = Object.entries({ probe, channel: String(channel) }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  }));
  const dataPoints = [{ asDouble: 2, timeUnixNano: `${atMs}000000`, attributes }];
  const metrics = [{ name: 'probe_value', gauge: { dataPoints } }];
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  });
  if (response.status !== 200) throw new Error(`metrics were answered with ${response.status}`);
  return atMs;
}

/** Of each probe that has one, when its card was accepted. */
function cardTimes(): Map<string, number> {
  const times = new Map<string, number>();
  for (const id of channels) {
    for (const { blocks, postedAtMs } of slack.posted(id)) {
      const probe = /probe=(p\d+)/.exec(JSON.stringify(blocks))?.[1];
      if (probe !== undefined) times.set(probe, postedAtMs);
    }
  }
  return times;
}

try {
  const sentMs = new Map<string, number>();
  const startMs = performance.now();
  for (let i = 0; i < ALERTS; i++) {
    await sleep(Math.max(0, startMs + i * EVERY_MS - performance.now()));
    sentMs.set(`p${i}`, await send(`p${i}`, i % CHANNELS));
  }
  for (let waits = 0; cardTimes().size < ALERTS && waits < 100; waits++) await sleep(200);
  const cards = cardTimes();
  if (cards.size < ALERTS) throw new Error(`${ALERTS - cards.size} alerts have no card`);
  const delaysMs = [...sentMs].map(([probe, atMs]) => (cards.get(probe) ?? 0) - atMs).sort((a, b) => a - b);
  const at = (q: number): number => delaysMs[Math.min(delaysMs.length - 1, Math.floor(q * delaysMs.length))];
  publish(
    'card-latency',
    [
      single('card-latency/p50', 'sample over threshold to card accepted, p50', 'ms', at(0.5)),
      single('card-latency/p99', 'sample over threshold to card accepted, p99', 'ms', at(0.99)),
      single('card-latency/max', '  longest', 'ms', at(1)),
    ],
    [
      `${ALERTS} alerts over ${CHANNELS} channels, rule interval 1 s, Slack's limits on, charts and explanations too`,
    ],
  );
} finally {
  await bot.stop();
  await service.stop();
  await slack.stop();
  temp.remove();
}
