// npm run conformance: Prometheus's own query scripts against the query engine, with counts per file.
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

ensureEverything();
process.exitCode = await run(toolNode(), [
  join(root, 'test', 'conformance', 'run.ts'),
  ...process.argv.slice(2),
]);
