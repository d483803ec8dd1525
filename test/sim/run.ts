import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';
import { simulateViews } from './views/simulate-views.ts';

/** node test/sim/run.ts [--views] [--seed N] [--seeds N] [--steps N]: one seed, or so many from a random one on. */
const { values } = parseArgs({
  options: {
    views: { type: 'boolean', default: false },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string' },
  },
});
const first = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000));
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const violations = values.views ? await views(seed) : await tenant(seed);
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
  if (violations.length > 0) process.exit(1);
}
process.exit(0);

async function views(seed: number): Promise<readonly string[]> {
  const { emissions, happened, violations } = await simulateViews(seed, {
    steps: Number(values.steps ?? 80),
  });
  console.log(`seed ${seed}: ${emissions} results, ${JSON.stringify(happened)}`);
  return violations;
}

async function tenant(seed: number): Promise<readonly string[]> {
  const { acknowledged, events, violations } = await simulate(seed, { steps: Number(values.steps ?? 600) });
  console.log(`seed ${seed}: ${acknowledged} samples, ${JSON.stringify(events)}`);
  return violations;
}
