// npm run preview [-- --help]: the dashboards and plugins on live demo data, without a Grafana.
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

ensureEverything();
process.exitCode = await run(
  toolNode(),
  [join(root, 'test', 'grafana-host', 'preview', 'main.ts'), ...process.argv.slice(2)],
  { ownGroup: true },
);
