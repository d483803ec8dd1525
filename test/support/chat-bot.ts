import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { FakeSlack } from './fakes/slack/index.ts';
import type { FakeTeams } from './fakes/teams/index.ts';
import { root } from './root.ts';
import { createTempDir } from './temp-dir.ts';

export interface ChatBot {
  readonly child: Child;
  stop(): Promise<number | NodeJS.Signals>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

export interface ChatBotOptions {
  readonly serviceUrl: string;
  readonly slack: FakeSlack;
  /** With it the bot is in Teams, too. */
  readonly teams?: FakeTeams;
  /** More lines of YAML. */
  readonly config?: string;
  /** More keys of the section `slack`. */
  readonly slackKeys?: string;
  readonly readyTimeoutMs?: number;
}

/** Starts the bot as a process of its own and settles when it is connected. */
export async function startChatBot(options: ChatBotOptions): Promise<ChatBot> {
  const { slack, teams, serviceUrl, config = '', slackKeys = '' } = options;
  const temp = createTempDir('chat-bot');
  const path = join(temp.path, 'chat.yaml');
  const keys = `bot_token: ${slack.botToken}, app_token: ${slack.appToken}, api_url: '${slack.apiUrl}'`;
  const inTeams =
    teams === undefined
      ? ''
      : `teams: { app_id: ${teams.appId}, tenant_id: ${teams.tenantId}, port: 0, service_url: '${teams.serviceUrl}' }\n`;
  writeFileSync(
    path,
    `statbar: { url: '${serviceUrl}' }\nslack: { ${keys}${slackKeys} }\n${inTeams}${config}`,
  );
  const args =
    teams === undefined
      ? [join(root, 'chatops-bot', 'src', 'main.ts'), '--ready-json', '--config', path]
      : [join(root, 'test', 'support', 'chat-bot', 'main.ts'), path];
  const identity = teams && JSON.stringify({ token: await teams.botToken(), cloud: teams.cloud });
  const child = startChild(process.execPath, args, {
    cwd: temp.path,
    ...(identity === undefined ? {} : { env: { TEAMS_IDENTITY: identity } }),
  });
  void child.ended().then(() => temp.remove());
  try {
    await child.line((line) => line.includes('"ready"'), options.readyTimeoutMs ?? 20_000);
  } catch (error) {
    await child.stop(0);
    throw error;
  }
  return {
    child,
    stop: () => child.stop(),
    async kill() {
      child.signal('SIGKILL');
      await child.ended();
    },
  };
}
