import { parseArgs } from 'node:util';
import { fuzzAll } from './fuzz-all.ts';

/**
 * node test/fuzz/run.ts [--seconds N] [--seed N] [name...]: attacks every target, or those named, for
 * N seconds each. An input that breaks one is kept in test/fuzz/corpus/<name>/ and the exit code is 1.
 */
const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const broken = await fuzzAll({
  seconds: Number(values.seconds),
  seed: Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000)),
  names: positionals,
});
process.exitCode = broken > 0 ? 1 : 0;
