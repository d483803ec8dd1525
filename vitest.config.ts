import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const { resolve } = createRequire(import.meta.url);

export default defineConfig({
  // Its ES modules import names from CommonJS that Node does not find there; its CommonJS build runs.
  resolve: { alias: [{ find: /^@grafana\/data$/, replacement: resolve('@grafana/data') }] },
  test: {
    include: [
      '{chatops-bot,grafana-build,grafana-datasource,grafana-panels,otel-processor,sdk,demo}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'artifacts/**'],
    // A test that fails is run once more where nobody can look at it, and the report names it: a machine that others
    // use too is no bug. On a developer's machine a failure is a failure.
    retry: /^(1|true)$/.test(process.env['CI'] ?? '') ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
    // Only for what hangs: tests wait for conditions, and a busy machine takes its time.
    testTimeout: 90_000,
    hookTimeout: 300_000,
  },
});
