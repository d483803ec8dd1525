// npm run soak [-- WORD... OPTIONS]: the long runs (simulation, kills, fuzzing) that npm test only samples.
import { ensureEverything } from './lib/install.mjs';
import { runPrograms } from './lib/programs.mjs';

ensureEverything();
const result = await runPrograms('.soak.ts', process.argv.slice(2));
if (result.ran > 0) console.log(`\nsoak: ${result.ran - result.failed} of ${result.ran} passed`);
process.exitCode = result.failed > 0 ? 1 : 0;
