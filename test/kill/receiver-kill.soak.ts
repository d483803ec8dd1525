import { parseArgs } from 'node:util';
import { killReceiversRepeatedly } from './receiver-kill.ts';

/** node test/kill/receiver-kill.soak.ts [--kills N] [--seed N]: 200 kills unless told otherwise. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
  strict: false,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
const report = await killReceiversRepeatedly({ kills: Number(values.kills), seed });
console.log(
  `${report.kills} kills, ${report.alerts} alerts, ${report.incidents} incidents, ${report.mails} mails ` +
    `(${report.mailsRepeated} of them again), ${report.violations.length} violations (seed ${seed})`,
);
for (const violation of report.violations.slice(0, 20)) console.log(`  ${violation}`);
process.exitCode = report.violations.length > 0 ? 1 : 0;
