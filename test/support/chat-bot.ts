import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { FakeSlack } from './fakes/slack/index.ts';
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
  /** More lines of YAML. */
  readonly config?: string;
  /** More keys of the section `slack`. */
  readonly slackKeys?: string;
  readonly readyTimeoutMs?: number;
}

/** Starts the bot as a process of its own and settles when it is connected. */
export async function startChatBot(options: ChatBotOptions): Promise<ChatBot> {
  const { slack, serviceUrl, config = '', slackKeys = '' } = options;
  const temp = createTempDir('chat-bot');
  const path = join(temp.path, 'chat.yaml');
  const keys = `bot_token: ${slack.botToken}, app_token: ${slack.appToken}, api_url: '${slack.apiUrl}'`;
  writeFileSync(path, `statbar: { url: '${serviceUrl}' }\nslack: { ${keys}${slackKeys} }\n${config}`);
  const program = join(root, 'chatops-bot', 'src', 'main.ts');
  const child = startChild(process.execPath, [program, '--ready-json', '--config', path], { cwd: temp.path });
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
