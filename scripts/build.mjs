// npm run build [-- FOLDER...]: installable archives of the Grafana plugins, in artifacts/plugins.
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

ensureEverything();
process.exitCode = await run(toolNode(), [
  join(root, 'grafana-build', 'src', 'main.ts'),
  ...process.argv.slice(2),
]);
