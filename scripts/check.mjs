// npm run check [-- NAME...]: types, the built Grafana plugins, what they use of Grafana's versions, lint and format, the
// house rules (which include that generated files and documents are current).
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

ensureEverything();
const packages = join(root, 'node_modules');
const steps = {
  types: [join(packages, 'typescript', 'bin', 'tsc'), '-p', root],
  plugins: [join(packages, 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.plugins.json')],
  'plugin-check': [join(root, 'grafana-build', 'src', 'main.ts')],
  'plugin-versions': [join(root, 'test', 'grafana-versions', 'run.ts')],
  lint: [join(packages, '@biomejs', 'biome', 'bin', 'biome'), 'check', root],
  tidy: [join(packages, 'vitest', 'vitest.mjs'), 'run', 'test/tidy'],
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in steps)) {
    console.error(`no such check: ${name} (there are ${Object.keys(steps).join(', ')})`);
    process.exit(2);
  }
}
const failed = [];
for (const [name, command] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`check: ${name}`);
  if ((await run(toolNode(), command)) !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log('check: all good');
}
