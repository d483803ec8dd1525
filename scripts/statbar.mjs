// npm run -s statbar -- COMMAND: the command line of the service, from a checkout.
import { join } from 'node:path';
import { ensureWorkspaces } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, serviceNode } from './lib/runtime.mjs';

ensureWorkspaces(['otel-processor']);
const statbar = join(root, 'otel-processor', 'bin', 'statbar.mjs');
process.exitCode = await run(serviceNode(), [statbar, ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  ownGroup: true,
});
