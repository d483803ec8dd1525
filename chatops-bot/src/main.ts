import { readFileSync } from 'node:fs';
import { Counters, createLogger, systemClock } from './base/index.ts';
import { createBot } from './bot.ts';
import { loadConfig } from './config/index.ts';

/*
 * StatBar in Slack and Teams: `node chatops-bot/src/main.ts [--config chat.yaml] [--ready-json]`. Exit code 2: the configuration is
 * wrong; 1: a platform refused its credentials.
 */

const args = process.argv.slice(2);
const configAt = args.indexOf('--config');
const configPath = configAt < 0 ? undefined : args[configAt + 1];

function fail(code: number, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`statbar chat: ${line}\n`);
  process.exit(code);
}

function readConfig() {
  let text = '';
  if (configAt >= 0 && configPath === undefined) fail(2, ['--config needs the path of a file']);
  if (configPath !== undefined) {
    try {
      text = readFileSync(configPath, 'utf8');
    } catch (error) {
      fail(2, [`${configPath} cannot be read: ${String(error)}`]);
    }
  }
  const config = loadConfig(text, process.env);
  if (!('statbar' in config)) return fail(2, config);
  if (config.slack !== undefined || config.teams !== undefined) return config;
  return fail(2, [
    'no chat is configured: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or teams, as docs/chat.md says',
  ]);
}

const config = readConfig();
const logger = createLogger(config.log_level);
const counters = new Counters();
const bot = createBot(config, {
  clock: systemClock,
  logger,
  counters,
  fetch: globalThis.fetch,
  worker: `bot-${process.pid}`,
});

// A library's promise that nobody awaited: worth a line in the log, not the end of everybody's alerts.
process.on('unhandledRejection', (reason) => {
  counters.add('statbar_chat_unhandled_total', 'rejection');
  logger.error('a promise was rejected and nobody looked', { error: String(reason) });
});

// Timers do not keep the process alive, and between two reads of the feed there may be nothing else.
const alive = setInterval(() => {}, 60_000);
let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) process.exit(1);
  stopping = true;
  await bot.stop();
  clearInterval(alive);
  logger.info('stopped', counters.snapshot());
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

try {
  await bot.start();
  if (!stopping) {
    logger.info('ready', { service: config.statbar.url });
    if (args.includes('--ready-json')) process.stdout.write('{"ready":true}\n');
  }
} catch (error) {
  fail(1, [error instanceof Error ? error.message : String(error)]);
}
