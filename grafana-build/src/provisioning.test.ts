import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isFault } from '../../otel-processor/src/base/index.ts';
import { formatExpression } from '../../otel-processor/src/query/index.ts';
import {
  provisionedRules,
  provisionedSources,
  provisioningTexts,
  ruleExpressions,
} from '../../test/support/grafana-provisioning.ts';
import { dashboardFiles } from './dashboards/dashboard-files.ts';
import { pluginFolders, readManifest, repositoryRoot } from './plugin-folders.ts';

interface Compose {
  readonly services: {
    readonly grafana: {
      readonly environment: Readonly<Record<string, string>>;
      readonly volumes: readonly string[];
    };
  };
}

const pluginIds = pluginFolders.map((folder) => readManifest(folder).id);
const sources = provisionedSources();
const dashboards = [...dashboardFiles().values()].map(
  (text) => JSON.parse(text) as { uid: string; panels: readonly { id: number }[] },
);
const compose = (parse(readFileSync(join(repositoryRoot, 'docker', 'compose.yaml'), 'utf8')) as Compose)
  .services.grafana;

describe('provisioning of Grafana', () => {
  test('every file is YAML of the version that Grafana reads', () => {
    const texts = [...provisioningTexts()];
    expect(texts).toHaveLength(3);
    for (const [path, text] of texts) expect(parse(text), path).toMatchObject({ apiVersion: 1 });
  });

  test('the variables that it wants are those that compose sets', () => {
    const wanted = [...provisioningTexts().values()].flatMap((text) =>
      [...text.matchAll(/(?<!\$)\$([A-Z_]+)/g)].map(([, name]) => name),
    );
    expect([...new Set(wanted)].sort()).toEqual(['STATBAR_DASHBOARDS', 'STATBAR_TOKEN', 'STATBAR_URL']);
    for (const name of wanted) expect(compose.environment).toHaveProperty(name);
  });

  test('a dollar that is not of a variable is written twice', () => {
    const rules = provisioningTexts().get(join('alerting', 'statbar.yaml')) ?? '';
    expect(rules).toContain('$$labels');
    expect(rules.match(/(?<!\$)\$(?![A-Z$])/g)).toBeNull();
  });

  test('data sources are ours and Grafana’s own, on one address', () => {
    expect(sources.map(({ type }) => type)).toEqual(['statbar-metrics-datasource', 'prometheus']);
    expect(pluginIds).toContain(sources[0].type);
    expect(new Set(sources.map(({ url }) => url)).size).toBe(1);
  });

  test('dashboards ask data sources that are there', () => {
    const uids = new Set(sources.map(({ uid }) => uid));
    for (const text of dashboardFiles().values()) {
      const asked = [...text.matchAll(/"datasource": \{[^}]*"uid": "([^"]+)"/g)].map(([, uid]) => uid);
      expect(asked.length).toBeGreaterThan(0);
      for (const uid of asked) expect(uids).toContain(uid);
    }
  });

  test('every plugin is mounted and allowed; what is mounted of the repository is there', () => {
    const allowed = compose.environment['GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS'].split(',');
    expect([...allowed].sort()).toEqual([...pluginIds].sort());
    const mounted = compose.volumes.map((volume) => volume.split(':'));
    for (const id of pluginIds) expect(mounted.map(([from]) => from)).toContain(`../artifacts/plugins/${id}`);
    for (const [from] of mounted.filter(([path]) => !path.startsWith('../artifacts/')))
      expect(existsSync(join(repositoryRoot, 'docker', from)), from).toBe(true);
    const targets = mounted.map(([, to]) => to);
    expect(targets).toContain(compose.environment['STATBAR_DASHBOARDS']);
  });
});

describe('alert rules for Grafana', () => {
  const rules = provisionedRules();

  test('each asks the data source that has a backend, and compares what that says', () => {
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    for (const { title, data, condition } of rules) {
      const known = new Map(data.map((each) => [each.refId, each]));
      expect(
        data.every(({ refId, model }) => refId === model.refId),
        title,
      ).toBe(true);
      const compared = known.get(condition);
      expect(compared?.datasourceUid, title).toBe('__expr__');
      expect(known.get(compared?.model.expression ?? '')?.datasourceUid, title).toBe('statbar-promql');
    }
    expect(sources.find(({ uid }) => uid === 'statbar-promql')?.type).toBe('prometheus');
  });

  test('each leads to a panel that is there', () => {
    for (const { annotations, title } of rules) {
      const dashboard = dashboards.find(({ uid }) => uid === annotations['__dashboardUid__']);
      const ids = dashboard?.panels.map(({ id }) => String(id));
      expect(ids, title).toContain(annotations['__panelId__']);
    }
  });

  test.each(ruleExpressions())('%s: its expression is PromQL', (_title, expression) => {
    const parsed = formatExpression(expression);
    expect(isFault(parsed) ? parsed.message : undefined).toBeUndefined();
  });
});
