import { readFileSync } from 'node:fs';
import { Counters, createLogger, systemClock } from '../../../chatops-bot/src/base/index.ts';
import { createBot } from '../../../chatops-bot/src/bot.ts';
import { loadConfig } from '../../../chatops-bot/src/config/index.ts';

/*
 * The bot as its program composes it, with another way to the tokens of Teams, which a configuration cannot name:
 * `node test/support/chat-bot/main.ts CONFIG`, with the token and the cloud in `TEAMS_IDENTITY`.
 */

const { token, cloud } = JSON.parse(process.env['TEAMS_IDENTITY'] ?? '{}');
const config = loadConfig(readFileSync(process.argv[2], 'utf8'), {});
if (!('statbar' in config)) throw new Error(config.join('\n'));
const bot = createBot(config, {
  clock: systemClock,
  logger: createLogger(config.log_level),
  counters: new Counters(),
  fetch: globalThis.fetch,
  worker: `bot-${process.pid}`,
  identity: { token: async () => token, cloud },
});
// Timers of the bot do not keep the process alive.
setInterval(() => {}, 60_000);
process.on('SIGTERM', () => void bot.stop().then(() => process.exit(0)));
await bot.start();
process.stdout.write('{"ready":true}\n');
