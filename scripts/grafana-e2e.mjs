// GRAFANA_URL=http://... npm run grafana-e2e: the browser tests of the plugins against a real Grafana; see docs/testing.md.
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

if (!process.env.GRAFANA_URL) {
  console.error(
    'NOT RUN: GRAFANA_URL is not set, so nothing was tried against a real Grafana.\n' +
      'Set it to one that has the plugins, the provisioning of docs/grafana.md and the demo, for example\n' +
      '  GRAFANA_URL=http://127.0.0.1:3000 npm run grafana-e2e',
  );
  process.exit(1);
}
ensureEverything();
process.exitCode = await run(toolNode(), [
  join(root, 'node_modules', '@playwright', 'test', 'cli.js'),
  'test',
  '--config',
  join(root, 'test', 'grafana-e2e', 'playwright.config.ts'),
  ...process.argv.slice(2),
]);
