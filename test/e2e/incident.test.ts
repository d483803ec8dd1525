import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFailed, test } from 'vitest';
import { parse } from 'yaml';
import { Counters, silentLogger, systemClock } from '../../chatops-bot/src/base/index.ts';
import { type Bot, createBot } from '../../chatops-bot/src/bot.ts';
import { loadConfig } from '../../chatops-bot/src/config/index.ts';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import type { AlertGroup } from '../../sdk/src/wire/index.ts';
import { type Child, runChild, startChild } from '../support/child.ts';
import { FakePagerDuty } from '../support/fakes/pagerduty.ts';
import { FakeSlack, type SlackMessage } from '../support/fakes/slack/index.ts';
import { FakeTeams, type TeamsMessage } from '../support/fakes/teams/index.ts';
import { freePort } from '../support/free-port.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

/*
 * The demo's incident from its first failed message to its roll-back, as people see it: the demo, the service and the bot are the
 * programs that users start, the platforms are stand-ins with the real limits.
 */

const demo = fileURLToPath(new URL('../../demo/src/main.ts', import.meta.url));
const { views } = parse(readFileSync(new URL('../../demo/statbar.yaml', import.meta.url), 'utf8'));
const history = ['--backfill', '30h', '--seed', '7', '--time-of-day', '19:00'];
const secret = 'a secret of the subscription';

const temp = createTempDir('incident');
const pagerDuty = new FakePagerDuty();
const slack = new FakeSlack();
const teams = new FakeTeams();
const teamsChannel = '19:ops@thread.tacv2';
let service: Service | undefined;
let bot: Bot | undefined;
let playing: Child | undefined;

afterEach(async () => {
  await playing?.stop();
  await bot?.stop();
  await slack.stop();
  await teams.stop();
  await service?.stop();
  await pagerDuty.stop();
  temp.remove();
});

const rules = `groups:
  - name: chat
    interval: 1s
    rules:
      - alert: ChatErrorShare
        expr: chat:error_share:10s > 0.1
        for: 3s
        owner: chat
        runbook: https://runbooks.example/chat-errors
        severity: page
        labels: { service: chat }
        annotations: { summary: '{{ $labels.region }} {{ $labels.device_type }} loses {{ $value | humanizePercentage }}' }
      - alert: ChatErrorsOdd
        anomaly: { signal: 'chat_errors_total:sum' }
        owner: chat
        runbook: https://runbooks.example/chat-errors
        severity: page
        labels: { service: chat }
`;

function configOf(rulesPath: string): string {
  return `views: ${JSON.stringify(views)}
rules: { files: ['${rulesPath}'] }
watch: { cpu_share_max: 0.9 }
alert:
  retry_min: 100ms
  users: [{ name: lena, email: lena@example.com, slack: U1 }]
  route: { receiver: ops, group_by: [service], group_wait: 1s }
  receivers:
    - name: ops
      chat: [{ platform: slack, channel: '#ops' }, { platform: teams, channel: '${teamsChannel}' }]
      pagerduty: [{ routing_key: ${pagerDuty.routingKey}, url: '${pagerDuty.url}', webhook_secrets: ['${secret}'] }]
`;
}

/** The history is there, and every detector has read it. */
async function loadHistory(url: string): Promise<void> {
  const { code, stderr } = await runChild(process.execPath, [demo, '--url', url, ...history, '--for', '0s'], {
    timeoutMs: 120_000,
  });
  expect(code, stderr).toBe(0);
  await eventually(
    async () => {
      const { data } = (await (await fetch(`${url}/statbar/v1/watches`)).json()) as {
        data: { historyDone: number; signals: number };
      };
      return data.historyDone >= 1 ? true : undefined;
    },
    { timeoutMs: 120_000, everyMs: 500, what: 'the history is read' },
  );
}

/** The bot as its program composes it, with another way to the tokens of Teams. */
async function startBot(serviceUrl: string): Promise<Bot> {
  const port = await freePort();
  const config = loadConfig(
    `statbar: { url: '${serviceUrl}' }
slack: { bot_token: ${slack.botToken}, app_token: ${slack.appToken}, api_url: '${slack.apiUrl}' }
teams: { app_id: ${teams.appId}, tenant_id: ${teams.tenantId}, port: ${port}, service_url: '${teams.serviceUrl}' }
state: { folder: '' }
`,
    {},
  );
  if (!('statbar' in config)) throw new Error(config.join('\n'));
  const started = createBot(config, {
    clock: systemClock,
    logger: silentLogger,
    counters: new Counters(),
    fetch,
    worker: 'incident',
    identity: { token: teams.botToken, cloud: teams.cloud },
  });
  await started.start();
  teams.people.endpoint = `http://127.0.0.1:${port}/api/messages`;
  return started;
}

/** Texts of cards are Markdown there, in which brackets are escaped. */
function plain(activity: TeamsMessage['activity']): string {
  return JSON.stringify(activity).replaceAll('\\', '');
}

function teamsCards(): TeamsMessage[] {
  return teams.posted(teamsChannel);
}

async function teamsCardSays(...texts: readonly string[]): Promise<TeamsMessage> {
  return eventually(
    () => teamsCards().find(({ activity }) => texts.every((text) => plain(activity).includes(text))),
    { timeoutMs: 180_000, what: `a card in Teams says ${texts.join(' and ')}` },
  );
}

function cards(): SlackMessage[] {
  return slack.posted('C1');
}

async function cardSays(...texts: readonly string[]): Promise<SlackMessage> {
  return eventually(
    () => cards().find(({ blocks }) => texts.every((text) => JSON.stringify(blocks).includes(text))),
    { timeoutMs: 180_000, what: `a card in Slack says ${texts.join(' and ')}` },
  );
}

async function onlyGroup(): Promise<AlertGroup> {
  const { groups } = await createAlertsClient({ baseUrl: service!.httpUrl }).groups({ state: 'all' });
  expect(groups).toHaveLength(1);
  return groups[0];
}

test('the incident of the demo is one card with its reason in each chat, acknowledged, asked about, and closed by the roll-back', async () => {
  onTestFailed(() => {
    console.log(JSON.stringify([cards(), teamsCards().map(({ activity }) => activity), pagerDuty.incidents]));
    console.log(playing?.stdout(), playing?.stderr(), service?.child.stderr());
  });
  await pagerDuty.start();
  await slack.start();
  await teams.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
  slack.workspace.addUser({ id: 'U1', name: 'lena', email: 'lena@example.com' });
  const lena = teams.world.addUser('lena');
  teams.world.addConversation(teamsChannel, 'channel');
  const rulesPath = join(temp.path, 'rules.yml');
  writeFileSync(rulesPath, rules);
  service = await startService({ config: configOf(rulesPath) });
  const url = service.httpUrl;
  pagerDuty.webhook = { url: `${url}/statbar/v1/receivers/ops/pagerduty-0`, secrets: [secret] };
  bot = await startBot(url);
  await loadHistory(url);
  playing = startChild(process.execPath, [
    demo,
    ...['--url', url, ...history],
    ...['--incident-after', '15s', '--incident-for', '60s', '--for', '10m'],
  ]);

  const card = await cardSays('(service chat)', '2 of 2 alerts firing', 'What accounts for it');
  const teamsCard = await teamsCardSays('(service chat)', '2 of 2 alerts firing', 'What accounts for it');
  const group = await onlyGroup();
  expect(new Set(group.members.map(({ labels }) => labels['alertname']))).toEqual(
    new Set(['ChatErrorShare', 'ChatErrorsOdd']),
  );
  const share = group.members.find(({ labels }) => labels['alertname'] === 'ChatErrorShare');
  expect(share?.labels).toMatchObject({ region: 'eu-west', device_type: 'android' });
  for (const shown of [card.blocks, teamsCard.activity]) {
    expect(JSON.stringify(shown)).toContain('eu-west');
    expect(JSON.stringify(shown)).toContain('android');
  }
  expect(JSON.stringify(card.blocks)).toContain('data_visualization');
  expect(JSON.stringify(teamsCard.activity)).toContain('Chart.Line');
  const picture = await eventually(
    () => {
      const ids = slack.posted('C1', card.ts).flatMap(({ fileIds }) => fileIds);
      return slack.workspace.files.get(ids[0] ?? '')?.content;
    },
    { what: 'a picture of the chart is in the thread' },
  );
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(pagerDuty.incidents).toMatchObject([{ state: 'triggered' }]);

  const pressed = await teams.people.press({ user: lena, message: teamsCard, label: 'Acknowledge' });
  expect(pressed.status).toBe(200);
  await teamsCardSays('Acknowledged by lena (teams)');
  await cardSays('Acknowledged by lena (teams)');
  await eventually(() => (pagerDuty.incidents[0].state === 'acknowledged' ? true : undefined), {
    what: 'PagerDuty knows that somebody cares',
  });

  const question = 'errors by device last 15m';
  const promql = 'sum by (device_type) (rate(chat_errors_total[';
  await teams.people.write({
    user: lena,
    conversation: teamsChannel,
    threadId: teamsCard.id,
    text: question,
  });
  await slack.people.mention({ user: 'U1', channel: 'C1', threadTs: card.ts, text: question });
  await eventually(
    () => teams.posted(teamsChannel, teamsCard.id).find(({ activity }) => plain(activity).includes(promql)),
    { what: 'the question is answered in its thread in Teams' },
  );
  await eventually(
    () => slack.posted('C1', card.ts).find(({ blocks }) => JSON.stringify(blocks).includes(promql)),
    { what: 'the question is answered in its thread in Slack' },
  );

  const closed = await cardSays('Resolved', ' after ');
  const teamsClosed = await teamsCardSays('Resolved', ' after ');
  expect(closed.ts).toBe(card.ts);
  expect(teamsClosed.id).toBe(teamsCard.id);
  for (const shown of [closed.blocks, teamsClosed.activity])
    expect(JSON.stringify(shown)).toMatch(/ after \d+(s|m)/);
  expect(playing.stdout()).toContain('Rolled back');
  await eventually(() => (pagerDuty.incidents[0].state === 'resolved' ? true : undefined), {
    what: 'PagerDuty knows that it is over',
  });
  expect(cards()).toHaveLength(1);
  expect(teamsCards()).toHaveLength(1);
  expect(slack.postedTwice()).toEqual([]);
  expect(pagerDuty.incidents).toHaveLength(1);
}, 600_000);
