import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { ApiError, createAlertsClient } from '../../sdk/src/alerts/index.ts';
import type { AlertGroup } from '../../sdk/src/wire/index.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';
import { MortalBot } from './alert-bot.ts';
import { Outside } from './alert-outside.ts';

export interface AlertKillReport {
  readonly kills: number;
  readonly botDeaths: number;
  readonly alerts: number;
  readonly acknowledged: number;
  readonly violations: readonly string[];
}

const configOf = (url: string): string => `
alert:
  resolve_timeout: 1h
  retry_min: 20ms
  retry_max: 200ms
  delivery_lease: 1s
  storm: { groups_per_minute_max: 0 }
  route: { receiver: ops, group_wait: 0s, group_by: [alertname] }
  receivers:
    - name: ops
      webhook: [{ url: '${url}', per_minute_max: 100000 }]
      chat: [{ platform: slack, channel: C1 }]
`;

/**
 * Alerts come, are acknowledged and go, while the service is killed at random moments and the bot dies between its steps;
 * then everybody who was told must have been told everything, once.
 */
export async function killAlertsRepeatedly(options: {
  readonly kills: number;
  readonly seed: number;
}): Promise<AlertKillReport> {
  const prng = createPrng(options.seed);
  const temp = createTempDir('kill-alerts');
  const outside = new Outside(createPrng(prng.uint32()));
  await outside.start();
  const config = configOf(outside.url);
  let service: Service = await startService({ dataDir: temp.path, config, readyTimeoutMs: 60_000 });
  const bot = new MortalBot(createPrng(prng.uint32()), () => service.httpUrl);
  const over = new AbortController();
  const running = bot.run(over.signal);
  const sender = new Sender(createPrng(prng.uint32()), () => service.httpUrl);
  const sending = sender.run();
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(100 + prng.next() * 900);
      await service.kill();
      service = await startService({ dataDir: temp.path, config, readyTimeoutMs: 60_000 });
    }
    sender.stop();
    await sending;
    const violations = await settled(service, sender, outside, bot);
    return {
      kills: options.kills,
      botDeaths: bot.deaths,
      alerts: sender.fired.size,
      acknowledged: sender.acknowledged.size,
      violations,
    };
  } finally {
    sender.stop();
    over.abort();
    await running.catch(() => {});
    await service.stop();
    await outside.stop();
    temp.remove();
  }
}

/** Fires, acknowledges and resolves alerts one after the other; each call until it is answered with success. */
class Sender {
  readonly fired = new Set<string>();
  readonly resolved = new Set<string>();
  readonly acknowledged = new Set<string>();
  readonly #prng: Prng;
  readonly #url: () => string;
  #stopped = false;

  constructor(prng: Prng, url: () => string) {
    this.#prng = prng;
    this.#url = url;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    const open: string[] = [];
    for (let i = 0; !this.#stopped; i++) {
      const name = `A${i}`;
      await this.#post(name, false);
      this.fired.add(name);
      open.push(name);
      if (this.#prng.next() < 0.5) await this.#acknowledge(open[this.#prng.integer(0, open.length)]);
      if (open.length > 5) await this.#end(open.splice(this.#prng.integer(0, open.length), 1)[0]);
      await sleep(this.#prng.next() * 30);
    }
    for (const name of open) await this.#end(name);
  }

  async #end(name: string): Promise<void> {
    await this.#post(name, true);
    this.resolved.add(name);
  }

  async #post(name: string, isOver: boolean): Promise<void> {
    const endsAt = isOver ? { endsAt: new Date().toISOString() } : {};
    await this.#untilTaken(async () => {
      const response = await fetch(`${this.#url()}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels: { alertname: name }, ...endsAt }]),
      });
      if (response.status !== 200) throw new Error(`status ${response.status}`);
    });
  }

  async #acknowledge(name: string): Promise<void> {
    await this.#untilTaken(async () => {
      const client = createAlertsClient({ baseUrl: this.#url() });
      const { groups } = await client.groups({ matchers: [`alertname="${name}"`] });
      const [group] = groups;
      if (group === undefined || group.acknowledgement !== null) return;
      const by = { name: 'Lena', user: null, via: 'slack' } as const;
      const { done } = await client.act(group.id, {
        action: 'ack',
        actionId: `${name}-ack`,
        version: group.version,
        by,
      });
      if (done) this.acknowledged.add(name);
    });
  }

  async #untilTaken(call: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await call();
        return;
      } catch (error) {
        if (error instanceof ApiError && !error.retryable) throw error;
        await sleep(20);
      }
    }
  }
}

/** Waits until nobody is to be told anything any more, and says what is wrong then. */
async function settled(
  service: Service,
  sender: Sender,
  outside: Outside,
  bot: MortalBot,
): Promise<string[]> {
  const client = createAlertsClient({ baseUrl: service.httpUrl });
  let violations: string[] = [];
  await eventually(
    async () => {
      violations = wrong(await allGroups(client), sender, outside, bot);
      // What is wrong for good stays wrong; what is only late comes.
      return violations.length === 0 ? true : undefined;
    },
    { what: 'everybody has been told', timeoutMs: 30_000, everyMs: 200 },
  ).catch(() => {});
  return violations;
}

async function allGroups(client: ReturnType<typeof createAlertsClient>): Promise<AlertGroup[]> {
  const groups: AlertGroup[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await client.groups({
      state: 'all',
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    groups.push(...page.groups);
    if (page.nextCursor === null) return groups;
    cursor = page.nextCursor;
  }
}

function wrong(groups: readonly AlertGroup[], sender: Sender, outside: Outside, bot: MortalBot): string[] {
  const found: string[] = [];
  for (const name of sender.fired) {
    const own = groups.filter(({ groupLabels }) => groupLabels['alertname'] === name);
    if (own.length !== 1) {
      found.push(`${name}: ${own.length} groups`);
      continue;
    }
    const [group] = own;
    if (sender.resolved.has(name) && group.state !== 'resolved') found.push(`${name}: is ${group.state}`);
    if (sender.acknowledged.has(name) && group.acknowledgement === null) {
      found.push(`${name}: the acknowledgement is lost`);
    }
    const events = outside.eventsOf(group.id);
    const shown = events.filter((event) => event !== 'acknowledged').join();
    // A trigger whose attempt was cut off and that is over by the time of the next one is told as over at once.
    if (shown !== 'fired,resolved' && shown !== 'resolved' && shown !== '')
      found.push(`${name}: told ${events.join()}`);
    if (events.includes('fired') && events.at(-1) !== 'resolved') found.push(`${name}: owed the resolve`);
    const cards = bot.platform.filter(
      ({ deliveryId }) => deliveryId.startsWith(`${group.id}/`) && deliveryId.endsWith('/card'),
    );
    if (cards.length > 1) found.push(`${name}: ${cards.length} cards`);
    if (cards.some(({ state }) => state !== 'resolved')) found.push(`${name}: its card is stale`);
    found.push(...threadViolations(name, group, bot));
  }
  return found;
}

/** Each entry of the story is in the thread at most once, in order, without gaps between the first and the last. */
function threadViolations(name: string, group: AlertGroup, bot: MortalBot): string[] {
  const posts = bot.platform.filter(
    ({ deliveryId }) => deliveryId.startsWith(`${group.id}/`) && deliveryId.endsWith('/story'),
  );
  const sequences = posts.flatMap(({ story }) => story);
  if (sequences.length === 0) return [];
  const expected = Array.from({ length: sequences.length }, (_, i) => sequences[0] + i);
  return sequences.join() === expected.join() ? [] : [`${name}: its thread has ${sequences.join()}`];
}
