import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, keep } from './fuzz.ts';
import { fuzzFolder, loadTarget, targetFiles } from './target.ts';

/**
 * node test/fuzz/run.ts [--seconds N] [--seed N] [name...]: attacks every target, or those named, for
 * N seconds each. An input that breaks one is kept in test/fuzz/corpus/<name>/ and the exit code is 1.
 */
const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 0x1_0000_0000) : Number(values.seed);
let broken = 0;
for (const path of targetFiles()) {
  const { name } = await loadTarget(path);
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const report = await fuzz(path, { seconds: Number(values.seconds), seed });
  console.log(`${name}: ${report.inputs} inputs, ${report.failures.length} failures (seed ${seed})`);
  for (const failure of report.failures) {
    broken += 1;
    const kept = failure.bytes.length > 0 ? keep(join(fuzzFolder, 'corpus'), name, failure.bytes) : '';
    console.log(`  ${failure.kind}: ${failure.message}\n  kept in ${kept}`);
  }
}
process.exitCode = broken > 0 ? 1 : 0;
