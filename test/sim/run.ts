import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/** node test/sim/run.ts [--seed N] [--seeds N] [--steps N]: one seed, or so many from a random one on. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string', default: '600' },
  },
});
const first = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const report = await simulate(seed, { steps: Number(values.steps) });
  console.log(`seed ${seed}: ${report.acknowledged} samples, ${JSON.stringify(report.events)}`);
  for (const violation of report.violations) console.log(`  VIOLATION ${violation}`);
  if (report.violations.length > 0) process.exit(1);
}
process.exit(0);
