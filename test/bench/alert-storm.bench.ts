import { AcceptedCards, openAlertWorld, quantile } from './alert-world.ts';
import { publish, single } from './report.ts';

/**
 * A thousand alerts that fire at once on 20 channels, each with a card of its own, while one channel answers 429 for a minute: what the
 * others notice of it. Slack takes four cards of a channel at once and one a second after that, so a card's delay is counted from when
 * its channel could have taken it. Wall time: neighbours on the machine count.
 */
const ALERTS = 1000;
const CHANNELS = 20;
const LIMITED_FOR_MS = 60_000;
const BURST = 4;

const world = await openAlertWorld({ channels: CHANNELS });
try {
  const [limited] = world.channels;
  world.slack.limitChannel(limited, { forMs: LIMITED_FOR_MS, retryAfterSeconds: 10 });
  const startMs = Date.now();
  const response = await fetch(`${world.service.httpUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      Array.from({ length: ALERTS }, (_, i) => ({
        labels: { alertname: 'Storm', probe: `p${i}`, channel: world.channels[i % CHANNELS] },
        annotations: { summary: 'Something is wrong.' },
      })),
    ),
  });
  if (!response.ok) throw new Error(`the alerts were answered with ${response.status}`);
  const cards = await new AcceptedCards(world).until(ALERTS, 180_000);
  const delaysMs: number[] = [];
  for (const channel of world.channels) {
    if (channel === limited) continue;
    const timesMs = cards.filter((card) => card.channel === channel).map(({ atMs }) => atMs);
    timesMs.forEach((atMs, i) => {
      const couldMs = startMs + Math.max(0, i + 1 - BURST) * 1000;
      delaysMs.push(Math.max(0, atMs - couldMs));
    });
  }
  const missing = ALERTS - new Set(cards.map(({ probe }) => probe)).size;
  const doubled = cards.length - (ALERTS - missing);
  const elsewhere = world.slack.calls.filter(
    ({ outcome, channel }) => outcome === 'limited' && channel !== limited,
  );
  publish(
    'alert-storm',
    [
      single(
        'alert-storm/others-p50',
        'delay of cards of the other channels, p50',
        'ms',
        quantile(delaysMs, 0.5),
      ),
      single(
        'alert-storm/others-p99',
        'delay of cards of the other channels, p99',
        'ms',
        quantile(delaysMs, 0.99),
      ),
      single('alert-storm/wrong', 'cards lost or doubled', '', missing + doubled),
    ],
    [
      `${cards.length} cards of ${ALERTS} alerts on ${CHANNELS} channels; ${elsewhere.length} calls of other channels were answered with 429`,
    ],
  );
  if (missing + doubled > 0) process.exitCode = 1;
} finally {
  await world.stop();
}
