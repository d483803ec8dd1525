import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/** npm run soak -- sim [--seeds N] [--seed N]: 3,000 simulations unless told otherwise. */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3000' }, seed: { type: 'string' } },
  strict: false,
});
const first = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
const count = Number(values.seeds);
const broken: number[] = [];
let acknowledged = 0;
for (let seed = first; seed < first + count && broken.length < 10; seed++) {
  const report = await simulate(seed);
  acknowledged += report.acknowledged;
  if (report.violations.length === 0) continue;
  broken.push(seed);
  console.log(`seed ${seed}: ${report.violations.slice(0, 3).join('; ')}`);
}
console.log(
  `${count} simulations from seed ${first}: ${acknowledged} samples acknowledged, ${broken.length} broken`,
);
process.exit(broken.length > 0 ? 1 : 0);
