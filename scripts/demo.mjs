// npm run demo [-- --help]: realistic traffic through the real OpenTelemetry SDK.
import { join } from 'node:path';
import { ensureWorkspaces } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, serviceNode } from './lib/runtime.mjs';

ensureWorkspaces(['otel-processor', 'demo']);
process.exitCode = await run(
  serviceNode(),
  [join(root, 'demo', 'src', 'main.ts'), ...process.argv.slice(2)],
  {
    ownGroup: true,
  },
);
