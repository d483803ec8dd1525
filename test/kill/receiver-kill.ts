import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import type { AlertGroup } from '../../sdk/src/wire/index.ts';
import { FakeOpsgenie } from '../support/fakes/opsgenie.ts';
import { FakePagerDuty } from '../support/fakes/pagerduty.ts';
import { FakeSmtp } from '../support/fakes/smtp.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

export interface ReceiverKillReport {
  readonly kills: number;
  readonly alerts: number;
  readonly incidents: number;
  readonly mails: number;
  /** Mails that came a second time, as the same message. */
  readonly mailsRepeated: number;
  readonly violations: readonly string[];
}

const SECRET = 'a secret of the webhook';
const ADDRESS = 'ops@example.com';

/** The outside of a receiver with everything, which loses requests and answers and refuses now and then. */
class Outside {
  readonly pagerDuty = new FakePagerDuty({ rates: 'none' });
  readonly opsgenie = new FakeOpsgenie({ workDelayMs: 60 });
  readonly jsm = new FakeOpsgenie({ workDelayMs: 60, basePath: '/jsm/ops/integration' });
  readonly smtp = new FakeSmtp();

  async start(): Promise<void> {
    await Promise.all([this.pagerDuty.start(), this.opsgenie.start(), this.jsm.start(), this.smtp.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.pagerDuty.stop(), this.opsgenie.stop(), this.jsm.stop(), this.smtp.stop()]);
  }

  config(): string {
    const { pagerDuty, opsgenie, jsm, smtp } = this;
    return `
alert:
  resolve_timeout: 1h
  retry_min: 20ms
  retry_max: 200ms
  route: { receiver: ops, group_wait: 0s, group_by: [alertname] }
  receivers:
    - name: ops
      pagerduty:
        - { routing_key: '${pagerDuty.routingKey}', url: '${pagerDuty.url}', per_minute_max: 100000, webhook_secrets: ['${SECRET}'] }
      opsgenie: [{ api_key: '${opsgenie.apiKey}', url: '${opsgenie.url}', per_minute_max: 100000 }]
      jsm: [{ api_key: '${jsm.apiKey}', url: '${jsm.url}', per_minute_max: 100000 }]
      email:
        - { host: 127.0.0.1, port: ${smtp.port}, tls: none, from: statbar@example.com, to: ['${ADDRESS}'], per_minute_max: 100000 }
`;
  }

  trouble(prng: Prng): void {
    const { pagerDuty, opsgenie, jsm, smtp } = this;
    const troubles = [
      () => pagerDuty.loseResponse(),
      () => pagerDuty.loseRequest(),
      () => pagerDuty.failNext(503),
      () => opsgenie.loseResponse(),
      () => opsgenie.failNext(500),
      () => jsm.loseRequest(),
      () => jsm.loseResponse(),
      () => smtp.loseResponse(),
      () => smtp.refuseNext(451),
    ];
    troubles[prng.integer(0, troubles.length)]();
  }
}

/** Alerts come and go while the service is killed at random; then each of its receivers must know how each alert stands. */
export async function killReceiversRepeatedly(options: {
  readonly kills: number;
  readonly seed: number;
}): Promise<ReceiverKillReport> {
  const prng = createPrng(options.seed);
  const temp = createTempDir('kill-receivers');
  const outside = new Outside();
  await outside.start();
  const config = outside.config();
  let service: Service | undefined;
  const start = async (): Promise<Service> => {
    const started = await startService({ dataDir: temp.path, config, readyTimeoutMs: 60_000 });
    const url = `${started.httpUrl}/statbar/v1/receivers/ops/pagerduty-0`;
    outside.pagerDuty.webhook = { url, secrets: [SECRET] };
    return started;
  };
  const over = new Set<string>();
  const firing = new Set<string>();
  try {
    service = await start();
    let sending = true;
    const sender = (async () => {
      for (let i = 0; sending; i++) {
        const name = `A${i}`;
        await post(() => service, name, false);
        firing.add(name);
        if (firing.size > 5) {
          const [first] = firing;
          await post(() => service, first, true);
          firing.delete(first);
          over.add(first);
        }
        outside.trouble(prng);
        await sleep(prng.next() * 60);
      }
    })();
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(100 + prng.next() * 700);
      await service.kill();
      service = await start();
    }
    sending = false;
    await sender;
    const url = service.httpUrl;
    let violations: string[] = [];
    await eventually(
      async () => {
        violations = wrong(await allGroups(url), firing, over, outside);
        return violations.length === 0 ? true : undefined;
      },
      { what: 'everybody knows how everything stands', timeoutMs: 30_000, everyMs: 200 },
    ).catch(() => {});
    const ids = new Set(outside.smtp.mails.map(({ headers }) => headers['message-id']));
    return {
      kills: options.kills,
      alerts: firing.size + over.size,
      incidents: outside.pagerDuty.incidents.length,
      mails: ids.size,
      mailsRepeated: outside.smtp.mails.length - ids.size,
      violations,
    };
  } finally {
    await service?.stop();
    await outside.stop();
    temp.remove();
  }
}

async function post(service: () => Service | undefined, name: string, isOver: boolean): Promise<void> {
  for (;;) {
    try {
      const endsAt = isOver ? { endsAt: new Date().toISOString() } : {};
      const response = await fetch(`${service()?.httpUrl}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels: { alertname: name }, ...endsAt }]),
      });
      if (response.status === 200) return;
    } catch {
      // It has just been killed.
    }
    await sleep(20);
  }
}

async function allGroups(baseUrl: string): Promise<AlertGroup[]> {
  const client = createAlertsClient({ baseUrl });
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

function wrong(
  groups: readonly AlertGroup[],
  firing: ReadonlySet<string>,
  over: ReadonlySet<string>,
  outside: Outside,
): string[] {
  const found: string[] = [];
  for (const name of [...firing, ...over]) {
    const own = groups.filter(({ groupLabels }) => groupLabels['alertname'] === name);
    if (own.length !== 1) {
      found.push(`${name}: ${own.length} groups`);
      continue;
    }
    const [{ id, acknowledgement }] = own;
    if (acknowledgement !== null) found.push(`${name}: acknowledged by an echo`);
    const isFiring = firing.has(name);
    const incidents = outside.pagerDuty.of(id).map(({ state }) => state);
    found.push(...standing(`${name} in PagerDuty`, incidents, isFiring ? 'triggered' : 'resolved', isFiring));
    for (const product of ['opsgenie', 'jsm'] as const) {
      const alerts = outside[product].of(id).map(({ status }) => status);
      found.push(...standing(`${name} in ${product}`, alerts, isFiring ? 'open' : 'closed', isFiring));
    }
    found.push(...mailViolations(name, id, isFiring, outside));
  }
  return found;
}

/** Of what is firing there is exactly one; of what is over there may be none, when it was over before anybody was told. */
function standing(what: string, states: readonly string[], wanted: string, isNeeded: boolean): string[] {
  if (states.length > 1) return [`${what}: ${states.length} of them`];
  if (states.length === 0) return isNeeded ? [`${what}: missing`] : [];
  return states[0] === wanted ? [] : [`${what}: is ${states[0]}`];
}

/** The same Message-ID again is the same message. */
function mailViolations(name: string, id: string, isFiring: boolean, outside: Outside): string[] {
  const mails = outside.smtp.mails.filter(({ headers }) => headers['x-statbar-group'] === id);
  const events = new Map(mails.map(({ headers }) => [headers['message-id'], headers['x-statbar-event']]));
  const count = (event: string): number => [...events.values()].filter((each) => each === event).length;
  const found: string[] = [];
  for (const event of ['fired', 'resolved']) {
    if (count(event) > 1) found.push(`${name} by mail: ${count(event)} times ${event}`);
  }
  if (isFiring && count('fired') === 0) found.push(`${name} by mail: missing`);
  if (!isFiring && count('fired') > 0 && count('resolved') === 0)
    found.push(`${name} by mail: owed the resolve`);
  return found;
}
