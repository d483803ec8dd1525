import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{chatops-bot,grafana-build,grafana-datasource,grafana-panels,otel-processor,sdk,demo}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'artifacts/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
