// npm run bench [-- WORD... --peers]: runs test/bench/*.bench.ts (all, or those whose path has a word), then
// prints the table of figures against their targets.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { runPrograms } from './lib/programs.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

ensureEverything();
const result = await runPrograms('.bench.ts', process.argv.slice(2));
const figures = join(root, 'test', 'bench', 'figures.ts');
if (result.ran > 0 && existsSync(figures)) await run(toolNode(), [figures]);
process.exitCode = result.failed > 0 ? 1 : 0;
