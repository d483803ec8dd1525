import { parseArgs } from 'node:util';
import { killChatRepeatedly } from './chat-kill.ts';

/** node test/kill/chat-kill.soak.ts [--kills N] [--seed N]: 200 kills unless told otherwise. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
  strict: false,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
const report = await killChatRepeatedly({ kills: Number(values.kills), seed });
console.log(
  `${report.botKills} kills of the bot, ${report.serviceKills} of the service, ${report.alerts} alerts in Slack and in Teams, ` +
    `${report.violations.length} missing, doubled or stale cards; in Teams ${report.markedRepeats} repeats, marked as such (of one card at most ${report.repeatsOfOneMax}), ` +
    `after ${report.answersLost} lost answers and the kills (seed ${seed})`,
);
for (const violation of report.violations.slice(0, 20)) console.log(`  ${violation}`);
process.exitCode = report.violations.length > 0 ? 1 : 0;
