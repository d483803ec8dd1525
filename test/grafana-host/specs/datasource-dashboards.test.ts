import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dashboardFiles } from '../../../grafana-build/src/dashboards/dashboard-files.ts';
import { root } from '../../support/root.ts';

/*
 * The dashboard that comes with the data source: that of StatBar itself, which has data wherever there is a StatBar. It is
 * the one that the build writes, but for the data source, which Grafana puts in when the dashboard is imported.
 */

const path = join(root, 'grafana-datasource', 'src', 'dashboards', 'statbar-self.json');
const pluginId = 'statbar-metrics-datasource';
const input = {
  ...{ name: 'DS_STATBAR', label: 'StatBar', description: '', type: 'datasource' },
  ...{ pluginId, pluginName: 'StatBar' },
};

function bundled(): string {
  const built = dashboardFiles().get('statbar-self.json') ?? '';
  const withInput = built.replace(
    /("type": "statbar-metrics-datasource",\s*"uid": )"statbar"/g,
    '$1"${DS_STATBAR}"',
  );
  const dashboard = { __inputs: [input], ...(JSON.parse(withInput) as object) };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

describe('the dashboard that comes with the data source', () => {
  test('is that of the build (UPDATE=1 writes it again, then biome format)', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(path, bundled());
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(bundled()));
  });

  test('asks the data source that it is imported for, and no other', () => {
    const uids = [
      ...readFileSync(path, 'utf8').matchAll(/"type": "statbar-metrics-datasource",\s*"uid": "([^"]*)"/g),
    ];
    expect(uids.length).toBeGreaterThan(5);
    expect(new Set(uids.map(([, uid]) => uid))).toEqual(new Set(['${DS_STATBAR}']));
  });

  test('is found, as all of them, by the tag that new dashboards link to', () => {
    for (const text of dashboardFiles().values())
      expect((JSON.parse(text) as { tags: string[] }).tags).toContain('statbar');
  });

  test('is named in the manifest', () => {
    const manifest = JSON.parse(readFileSync(join(path, '..', '..', 'plugin.json'), 'utf8')) as {
      includes: readonly { readonly type: string; readonly path: string; readonly name: string }[];
    };
    const { title } = JSON.parse(readFileSync(path, 'utf8')) as { title: string };
    expect(manifest.includes).toEqual([
      { type: 'dashboard', name: title, path: 'dashboards/statbar-self.json' },
    ]);
  });
});
