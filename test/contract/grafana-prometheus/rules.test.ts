import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { need } from '../../support/need.ts';
import { apiGet, queryVector } from '../../support/query.ts';
import type { Service } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import type { RulesResults } from './front-end.ts';
import { grafanaPackages } from './packages.ts';
import { frontEnd, startShop } from './shop.ts';

// Grafana's own Prometheus front end, as it is on npm, against a real service. What it takes from Grafana's page is
// provided by grafana-host.ts; what Grafana's server does with its calls, by grafana-backend.ts.

const packages = await need("Grafana's Prometheus front end", grafanaPackages());

describe.skipIf(packages === undefined)("Grafana's Prometheus front end and rules", () => {
  const folder = createTempDir('rules');
  let service: Service;
  let found: RulesResults;

  beforeAll(async () => {
    const file = join(folder.path, 'shop.rules.yml');
    writeFileSync(
      file,
      `groups:
  - name: shop
    interval: 1s
    rules:
      - record: shop:orders:sum
        expr: sum by (shop) (orders_total)
        labels: { source: rule }
      - alert: ManyOrders
        expr: shop:orders:sum > 200
        labels: { severity: info }
`,
    );
    service = await startShop(`rules:\n  files: [${JSON.stringify(file)}]\n`);
    // The first evaluation may have been before the data.
    const firing = 'ALERTS{alertname="ManyOrders",alertstate="firing"}';
    await eventually(async () => (await queryVector(service.httpUrl, firing))[0], {
      what: 'the alert fires',
    });
    found = await frontEnd(packages!, service, 'rules', Date.now());
  });

  afterAll(async () => {
    await service?.stop();
    folder.remove();
  });

  test('its data source finds recording rules and exemplars when it is made', () => {
    expect(found.exemplarsAvailable).toBe(true);
    expect(found.ruleMappings).toEqual({
      'shop:orders:sum': [{ query: 'sum by (shop) (orders_total)', labels: { source: 'rule' } }],
    });
  });

  test('its builder puts a rule in the place of its name', () => {
    expect(found.hints.map(({ type }) => type)).toEqual(['EXPAND_RULES']);
    expect(found.expanded).toBe('sum by (shop) (orders_total) * 2');
  });

  test('its panels show what rules recorded and which alerts fire', () => {
    const shown = (frames: RulesResults['recorded']) =>
      frames.map(({ fields }) => [fields[1].labels, fields[1].values]);
    expect(shown(found.recorded)).toEqual([
      [{ __name__: 'shop:orders:sum', source: 'rule', shop: 'north' }, [110]],
      [{ __name__: 'shop:orders:sum', source: 'rule', shop: 'south' }, [220]],
    ]);
    expect(shown(found.alerts)).toEqual([
      [
        {
          __name__: 'ALERTS',
          alertname: 'ManyOrders',
          alertstate: 'firing',
          severity: 'info',
          shop: 'south',
          source: 'rule',
        },
        [1],
      ],
    ]);
    expect(found.metrics).toEqual(expect.arrayContaining(['ALERTS', 'ALERTS_FOR_STATE', 'shop:orders:sum']));
  });

  // The alert list of Grafana's own pages, which the package does not contain, reads these.
  test('its alert list finds groups, states and values', async () => {
    const { groups } = await apiGet<{ groups: ReadonlyArray<Record<string, unknown>> }>(
      service.httpUrl,
      'rules',
    );
    expect(groups).toMatchObject([
      {
        name: 'shop',
        interval: 1,
        rules: [
          { type: 'recording', name: 'shop:orders:sum', health: 'ok' },
          { type: 'alerting', name: 'ManyOrders', state: 'firing', health: 'ok' },
        ],
      },
    ]);
    const { alerts } = await apiGet<{ alerts: readonly unknown[] }>(service.httpUrl, 'alerts');
    expect(alerts).toMatchObject([{ state: 'firing', labels: { alertname: 'ManyOrders', shop: 'south' } }]);
  });
});
