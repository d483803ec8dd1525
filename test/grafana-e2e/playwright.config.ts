import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig } from '@playwright/test';

const folder = dirname(fileURLToPath(import.meta.url));
const login = join(dirname(fileURLToPath(import.meta.resolve('@grafana/plugin-e2e'))), 'auth');
const session = join(folder, 'playwright', '.auth', `${process.env['GRAFANA_USER'] ?? 'admin'}.json`);
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** For `npm run grafana-e2e`: a running Grafana with the plugins, the provisioning and the demo; see docs/testing.md. */
export default defineConfig<PluginOptions>({
  testDir: folder,
  testMatch: '*.e2e.ts',
  timeout: 300_000,
  outputDir: join(folder, '..', '..', 'artifacts', 'grafana-e2e'),
  use: {
    baseURL: process.env['GRAFANA_URL'] ?? '',
    user: {
      user: process.env['GRAFANA_USER'] ?? 'admin',
      password: process.env['GRAFANA_PASSWORD'] ?? 'admin',
    },
    launchOptions: {
      args: ['--no-sandbox'],
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
    },
  },
  projects: [
    { name: 'auth', testDir: login, testMatch: /.*\.js/ },
    { name: 'plugins', use: { storageState: session }, dependencies: ['auth'] },
  ],
});
