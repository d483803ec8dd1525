import { parseArgs } from 'node:util';
import { simulateViews } from './views/simulate-views.ts';

/** npm run soak -- views [--seeds N] [--seed N]: 10,000 simulations of views unless told otherwise. */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  strict: false,
});
const first = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
const count = Number(values.seeds);
const broken: number[] = [];
let emissions = 0;
for (let seed = first; seed < first + count && broken.length < 10; seed++) {
  const report = await simulateViews(seed);
  emissions += report.emissions;
  if (report.violations.length === 0) continue;
  broken.push(seed);
  console.log(`seed ${seed}: ${report.violations.slice(0, 3).join('; ')}`);
}
console.log(
  `${count} simulations of views from seed ${first}: ${emissions} results, ${broken.length} broken`,
);
process.exit(broken.length > 0 ? 1 : 0);
