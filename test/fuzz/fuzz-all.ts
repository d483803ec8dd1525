import { join } from 'node:path';
import { fuzz, keep } from './fuzz.ts';
import { fuzzFolder, loadTarget, targetFiles } from './target.ts';

export interface FuzzAllOptions {
  /** For each target. */
  readonly seconds: number;
  readonly seed: number;
  /** Only these targets; all when empty. */
  readonly names: readonly string[];
}

/** Attacks one target after the other, prints what came of it, keeps what broke them; returns how many did. */
export async function fuzzAll(options: FuzzAllOptions): Promise<number> {
  let broken = 0;
  for (const path of targetFiles()) {
    const { name } = await loadTarget(path);
    if (options.names.length > 0 && !options.names.includes(name)) continue;
    const report = await fuzz(path, options);
    console.log(
      `${name}: ${report.inputs} inputs, ${report.failures.length} failures (seed ${options.seed})`,
    );
    for (const failure of report.failures) {
      broken += 1;
      const kept = failure.bytes.length > 0 ? keep(join(fuzzFolder, 'corpus'), name, failure.bytes) : '';
      console.log(`  ${failure.kind}: ${failure.message}\n  ${kept}`);
    }
  }
  return broken;
}
