import { parseArgs } from 'node:util';
import { fuzzAll } from './fuzz-all.ts';

/** npm run soak -- fuzz [--seconds N] [--seed N]: two minutes for every decoder and parser unless told otherwise. */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '120' }, seed: { type: 'string' } },
  strict: false,
});
const broken = await fuzzAll({
  seconds: Number(values.seconds),
  seed: Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000)),
  names: [],
});
process.exitCode = broken > 0 ? 1 : 0;
