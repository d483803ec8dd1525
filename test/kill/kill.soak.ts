import { parseArgs } from 'node:util';
import { smallLimits } from './config.ts';
import { killRepeatedly } from './kill.ts';

/** node test/kill/kill.soak.ts [--kills N] [--seed N]: 200 kills unless told otherwise. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
  strict: false,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
const kills = Number(values.kills);
const report = await killRepeatedly({
  kills,
  seed,
  config: smallLimits,
  end: 'kill',
  lifeMsMax: 1500,
  leapProbability: Math.min(0.02, 0.6 / kills),
  report: (line) => console.log(line),
});
console.log(
  `${report.kills} kills (${report.killsDuringStart} while starting), ${report.acknowledged} samples acknowledged, ` +
    `${report.startsWithSnapshot} starts with a snapshot, ${report.startsWithBlocks} with blocks, ` +
    `${report.violations.length} violations (seed ${seed})`,
);
for (const violation of report.violations.slice(0, 20)) console.log(`  ${violation}`);
process.exitCode = report.violations.length > 0 ? 1 : 0;
