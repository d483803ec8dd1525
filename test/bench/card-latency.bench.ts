import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChatBot } from '../support/chat-bot.ts';
import { FakeSlack } from '../support/fakes/slack/index.ts';
import { startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { quantile } from './alert-world.ts';
import { type CardHops, startFeedHops } from './feed-hops.ts';
import { printTable, publish, single } from './report.ts';

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
/** With `--hops` everything between bot and service passes a recorder, which shows where the time goes and costs some. */
const recorder = process.argv.includes('--hops') ? await startFeedHops(service.httpUrl, 'probe') : undefined;
const bot = await startChatBot({ serviceUrl: recorder?.url ?? service.httpUrl, slack });

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

/** Where the time goes, hop by hop, for all cards and for the slowest of them. */
function tableOfHops(
  hops: ReadonlyMap<string, CardHops>,
  sentMs: ReadonlyMap<string, number>,
  answeredMs: ReadonlyMap<string, number>,
  acceptedMs: ReadonlyMap<string, number>,
): void {
  const rows = [...hops].map(([probe, hop]) => {
    const sent = sentMs.get(probe) ?? 0;
    const accepted = acceptedMs.get(probe) ?? 0;
    const times = [sent, answeredMs.get(probe) ?? 0, hop.createdAtMs, hop.firedAtMs, hop.offeredAtMs];
    return [...times, hop.beginAtMs, hop.begunAtMs, accepted];
  });
  const names = [
    'sent to answered (durable)',
    'to the rule that sees it',
    'to the group that fires',
    'to the feed given to the bot',
    'to the bot asking to begin',
    'to begun (durable)',
    'to accepted by Slack',
  ];
  const slowest = [...rows].sort((a, b) => b[7] - b[0] - (a[7] - a[0])).slice(0, Math.ceil(rows.length / 20));
  printTable(
    'where the time goes',
    ['hop', 'p50', 'p99', 'mean', 'mean of the slowest 5 %'],
    names.map((name, i) => {
      const took = rows.map((row) => row[i + 1] - row[i]);
      const mean = (of: readonly number[][]) =>
        of.reduce((sum, row) => sum + row[i + 1] - row[i], 0) / of.length;
      return [name, quantile(took, 0.5), quantile(took, 0.99), mean(rows), mean(slowest)].map((cell) =>
        typeof cell === 'number' ? cell.toFixed(0) : cell,
      );
    }),
  );
}

try {
  const sentMs = new Map<string, number>();
  const answeredMs = new Map<string, number>();
  const startMs = performance.now();
  for (let i = 0; i < ALERTS; i++) {
    await sleep(Math.max(0, startMs + i * EVERY_MS - performance.now()));
    sentMs.set(`p${i}`, await send(`p${i}`, i % CHANNELS));
    answeredMs.set(`p${i}`, Date.now());
  }
  for (let waits = 0; cardTimes().size < ALERTS && waits < 100; waits++) await sleep(200);
  const cards = cardTimes();
  if (cards.size < ALERTS) throw new Error(`${ALERTS - cards.size} alerts have no card`);
  const delaysMs = [...sentMs].map(([probe, atMs]) => (cards.get(probe) ?? 0) - atMs).sort((a, b) => a - b);
  const at = (q: number): number => quantile(delaysMs, q);
  if (recorder !== undefined) tableOfHops(recorder.hops, sentMs, answeredMs, cards);
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
  await recorder?.stop();
  await service.stop();
  await slack.stop();
  temp.remove();
}
