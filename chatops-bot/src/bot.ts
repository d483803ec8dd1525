import { createAlertsClient } from '@statbar/sdk/alerts';
import { createQueryClient } from '@statbar/sdk/query';
import type { Clock, Counters, Logger } from './base/index.ts';
import type { CardOptions } from './card/index.ts';
import { type Paint, Painter } from './chart/index.ts';
import {
  type CommandOptions,
  type CommandPorts,
  createAsk,
  createShow,
  defaultVocabularyOptions,
  VocabularySource,
} from './commands/index.ts';
import type { BotConfig } from './config/index.ts';
import { Courier, defaultDeliverOptions } from './deliver/index.ts';
import { GroupDetails } from './detail/index.ts';
import { createHandlers } from './handlers/index.ts';
import { Unfurler } from './links/index.ts';
import { ConfiguredGate } from './permissions/index.ts';
import { ModelPlanner } from './plan/index.ts';
import type { ChatPlatform, PlatformName } from './reply/index.ts';
import { SlackPlatform } from './slack/index.ts';
import { TeamsPlatform, type TeamsPorts } from './teams/index.ts';

export interface BotPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly fetch: typeof globalThis.fetch;
  /** Names this process, for the service's log. */
  readonly worker: string;
  /** Of Teams: another way to tokens, and other keys to check them with. */
  readonly identity?: TeamsPorts['identity'];
}

export interface Bot {
  /** Rejects when a platform refuses its credentials. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The bot's composition root. */
export function createBot(config: BotConfig, given: BotPorts): Bot {
  const { url, token } = config.statbar;
  const service = { baseUrl: url, fetch: given.fetch, ...(token === '' ? {} : { token }) };
  const clients = { alerts: createAlertsClient(service), query: createQueryClient(service) };
  const painter = new Painter(given);
  const ports = { ...given, stateFolder: config.state.folder, paint: painter.paint };
  const { platforms, checks } = createPlatforms(config, ports);
  const gate = new ConfiguredGate(config.permissions, { ...ports, alerts: clients.alerts });
  const commandPorts: CommandPorts = {
    ...ports,
    ...clients,
    gate,
    vocabulary: new VocabularySource({ ...ports, query: clients.query }, defaultVocabularyOptions),
    planner: config.planner === undefined ? null : new ModelPlanner(config.planner, ports),
    checks,
  };
  const commandOptions: CommandOptions = {
    timeZone: config.cards.time_zone,
    timeoutMs: config.commands.timeout,
    linesMax: config.commands.lines,
    rowsMax: config.commands.rows,
    publicUrl: config.statbar.public_url,
  };
  const card: CardOptions = {
    silenceDurationsMs: config.cards.silence_durations,
    membersShown: config.cards.members_shown,
    hiddenLabels: config.cards.hidden_labels,
  };
  const details = new GroupDetails(
    { ...ports, query: clients.query },
    { timeZone: config.cards.time_zone, timeoutMs: config.cards.detail_timeout, groupsMax: 2000 },
  );
  const courier = new Courier(
    { ...ports, feed: clients.alerts, platforms, details },
    {
      ...defaultDeliverOptions,
      worker: ports.worker,
      card,
      chartTheme: config.cards.theme,
      concurrencyMax: config.delivery.concurrency,
      queueMax: config.delivery.queue,
      feedWaitMs: Math.min(config.delivery.feed_wait, 60_000),
      doubtMs: config.delivery.doubt,
    },
  );
  const unfurler = new Unfurler(
    { ...ports, ...clients, gate, details, show: createShow(commandPorts, commandOptions) },
    { links: config.links, card, timeZone: config.cards.time_zone, timeoutMs: config.cards.detail_timeout },
  );
  const ask = createAsk(commandPorts, commandOptions);
  const handlers = createHandlers({ ask, gate, unfurler, alerts: clients.alerts, logger: ports.logger });
  return {
    async start() {
      // Cards first: they need no connection that Slack opens, and nobody shall wait for them.
      courier.start();
      await Promise.all([...platforms.values()].map((platform) => platform.start(handlers)));
    },
    async stop() {
      await Promise.all([...platforms.values()].map((platform) => platform.stop()));
      await courier.stop();
      await painter.stop();
    },
  };
}

type PlatformPorts = BotPorts & { readonly stateFolder: string; readonly paint: Paint };

/** Those that are configured, and what they can find out about themselves. */
function createPlatforms(config: BotConfig, ports: PlatformPorts) {
  const platforms = new Map<PlatformName, ChatPlatform>();
  const checks: CommandPorts['checks'][number][] = [];
  if (config.slack !== undefined) {
    const slack = new SlackPlatform(config.slack, ports);
    platforms.set('slack', slack);
    checks.push(() => slack.check());
  }
  if (config.teams !== undefined) {
    const teams = new TeamsPlatform(config.teams, ports);
    platforms.set('teams', teams);
    checks.push(() => teams.check());
  }
  return { platforms, checks };
}
