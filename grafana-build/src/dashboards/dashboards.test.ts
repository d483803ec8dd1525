import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../plugin-folders.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { dashboards } from './index.ts';
import { buildDashboard } from './panels.ts';

interface Built {
  readonly uid: string;
  readonly panels: readonly {
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource: { readonly uid: string };
    readonly targets: readonly { readonly refId: string; readonly datasource: { readonly uid: string } }[];
  }[];
}

const folder = join(repositoryRoot, 'grafana-build', 'dashboards');
const built = dashboards.map((plan) => [plan.title, buildDashboard(plan) as Built] as const);

describe('dashboards', () => {
  // UPDATE=1 writes them anew; the formatter may break lines elsewhere.
  test('the files are what the plans make', () => {
    for (const [name, text] of dashboardFiles()) {
      const path = join(folder, name);
      if (process.env['UPDATE'] === '1') {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, text);
      }
      expect(existsSync(path), path).toBe(true);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(text));
    }
  });

  test.each(built)('%s: panels do not overlap, and stay within the grid', (_, { panels }) => {
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`)).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  test.each(built)('%s: every panel asks the StatBar data source, and has a query', (_, { panels }) => {
    for (const { datasource, targets } of panels) {
      expect(targets.length).toBeGreaterThan(0);
      for (const { uid } of [datasource, ...targets.map((target) => target.datasource)])
        expect(uid).toBe('statbar');
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });
});
