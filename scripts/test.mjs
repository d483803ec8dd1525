// npm test [-- VITEST ARGUMENTS]: installs what is missing, runs the tests on the pinned Node, and ends with
// one plain line of counts. With CI=true a skipped test is a failure: there, nothing may be left out quietly.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureEverything } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { root, toolNode } from './lib/runtime.mjs';

ensureEverything();
const args = process.argv.slice(2);
const isCi = /^(1|true)$/.test(process.env.CI ?? '');
const node = toolNode();

// What tests need from outside npm. Only for the whole run: a test that needs more asks for it itself.
if (args.length === 0) {
  const code = await run(node, [join(root, 'test', 'support', 'setup.ts')]);
  if (code !== 0) process.exit(code);
}

const reportPath = join(root, 'artifacts', `test-results-${process.pid}.json`);
mkdirSync(join(root, 'artifacts'), { recursive: true });
let code = await run(node, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportPath}`,
  ...args,
]);

const counts = readCounts();
rmSync(reportPath, { force: true });
if (code === 0 && isCi && args.length === 0 && counts.skipped.length > 0) {
  console.error('\nskipped although CI=true, where every test must run:');
  for (const name of counts.skipped) console.error(`  ${name}`);
  code = 1;
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`);
process.exitCode = code === 0 && counts.failed > 0 ? 1 : code;

function readCounts() {
  const counts = { passed: 0, failed: 0, skipped: [] };
  if (!existsSync(reportPath)) return { ...counts, failed: 1 };
  for (const file of JSON.parse(readFileSync(reportPath, 'utf8')).testResults) {
    const failedBefore = counts.failed;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else counts.skipped.push(`${file.name.slice(root.length)}: ${test.fullName}`);
    }
    // A file that cannot even be loaded has no tests to count.
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}
