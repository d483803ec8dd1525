import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../support/child.ts';
import { debianProgram } from '../support/debian.ts';
import { need } from '../support/need.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

const amtool = await need(
  'amtool against the Alertmanager API',
  debianProgram('prometheus-alertmanager', 'amtool'),
);
const prometheusProgram = await need(
  'alerts of a Prometheus server',
  debianProgram('prometheus', 'prometheus'),
);

const config = `
alert:
  route:
    receiver: everybody
    group_wait: 0s
    routes:
      - matchers: ['team="web"']
        receiver: web
  receivers: [{ name: everybody }, { name: web }]
  inhibit_rules:
    - { source_matchers: ['alertname="Cluster"'], target_matchers: ['alertname="Host"'], equal: [zone] }
`;

describe.skipIf(amtool === undefined)('amtool', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ config });
  });

  afterAll(async () => {
    await service?.stop();
  });

  async function run(...args: string[]): Promise<string> {
    const result = await runChild(amtool!, [
      `--alertmanager.url=${service.httpUrl}`,
      '--version-check',
      ...args,
    ]);
    // Old versions warn about the server's; what matters is that nothing fails.
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  }

  test('adds and lists alerts', async () => {
    await run('alert', 'add', 'alertname=Host', 'zone=x', 'host=a', '--annotation=summary=it is down');
    await run('alert', 'add', 'alertname=Latency', 'team=web');
    const listed = JSON.parse(await run('alert', 'query', '-o', 'json')) as {
      labels: Record<string, string>;
      receivers: { name: string }[];
      status: { state: string };
    }[];
    expect(
      listed
        .map(({ labels, receivers, status }) => [labels['alertname'], receivers[0].name, status.state])
        .sort(),
    ).toEqual([
      ['Host', 'everybody', 'active'],
      ['Latency', 'web', 'active'],
    ]);
    const narrowed = JSON.parse(await run('alert', 'query', '-o', 'json', 'team=~"w.*"')) as unknown[];
    expect(narrowed).toHaveLength(1);
  });

  test('sees inhibited alerts only when asked for', async () => {
    await run('alert', 'add', 'alertname=Cluster', 'zone=x');
    const active = await run('alert', 'query', 'alertname=Host');
    expect(active).not.toContain('Host');
    const inhibited = await run('alert', 'query', '--inhibited', 'alertname=Host');
    expect(inhibited).toContain('Host');
  });

  test('makes, lists, changes and ends silences', async () => {
    const id = (
      await run('silence', 'add', 'team=web', '--duration=1h', '--author=Lena', '--comment=deploy')
    ).trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const silenced = JSON.parse(await run('alert', 'query', '-o', 'json', '--silenced', 'team=web')) as {
      status: { silencedBy: string[]; state: string };
    }[];
    expect(silenced.map(({ status }) => status)).toMatchObject([{ silencedBy: [id], state: 'suppressed' }]);
    const listed = JSON.parse(await run('silence', 'query', '-o', 'json', 'team=web')) as {
      createdBy: string;
      comment: string;
    }[];
    expect(listed).toMatchObject([{ createdBy: 'Lena', comment: 'deploy' }]);
    await run('silence', 'update', '--duration=2h', '--comment=longer', id);
    await run('silence', 'expire', id);
    expect((await run('silence', 'query', '-q')).trim()).toBe('');
    expect(await run('silence', 'query', '--expired', '--within=1h', '-q')).toContain(id);
  });

  test('a silence that would match everything is refused with a reason', async () => {
    const result = await runChild(amtool!, [
      `--alertmanager.url=${service.httpUrl}`,
      'silence',
      'add',
      'team=~".*"',
      '--comment=x',
    ]);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('at least one matcher must not match the empty text');
  });

  test('shows the configuration and its routes', async () => {
    expect(await run('config', 'show')).toContain('everybody');
    expect(await run('config', 'routes', 'test', 'team=web')).toContain('web');
    expect(await run('config', 'routes', 'test', 'team=db')).toContain('everybody');
  });
});

describe.skipIf(prometheusProgram === undefined)('a Prometheus server that sends its alerts here', () => {
  let service: Service;
  let prometheus: Prometheus;
  const temp = createTempDir('rules');

  beforeAll(async () => {
    service = await startService({ config });
    const rules = join(temp.path, 'rules.yml');
    writeFileSync(
      rules,
      `groups: [{ name: g, interval: 200ms, rules: [{ alert: Always, expr: vector(7), labels: { team: web }, annotations: { summary: 'is {{ $value }}' } }] }]`,
    );
    prometheus = await startPrometheus(
      prometheusProgram!,
      `global: { scrape_interval: 1h }
rule_files: ['${rules}']
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${service.httpUrl.replace('http://', '')}'] }] }] }
`,
      // The first one may come before the address is known.
      { args: ['--rules.alert.resend-delay=1s'] },
    );
  });

  afterAll(async () => {
    await prometheus?.stop();
    await service?.stop();
    temp.remove();
  });

  test('they become groups of their routes', async () => {
    const group = await eventually(
      async () => {
        const response = await fetch(`${service.httpUrl}/statbar/v1/alerts`);
        const { data } = (await response.json()) as {
          data: { groups: { state: string; summary: string }[] };
        };
        return data.groups.find(({ state }) => state === 'firing');
      },
      { what: 'the alert of Prometheus' },
    );
    expect(group).toMatchObject({
      summary: 'is 7',
      receiver: 'web',
      title: 'Always',
      counts: { total: 1, firing: 1 },
    });
  });
});

describe('webhooks of others', () => {
  test('what an Alertmanager posts to a webhook becomes alerts, members one by one, and ends when it says so', async () => {
    const service = await startService({ config });
    const member = (host: string, status: 'firing' | 'resolved') => ({
      status,
      labels: { alertname: 'Disk', team: 'web', host },
      annotations: { summary: 'from Alertmanager' },
      startsAt: '2026-01-05T12:00:00Z',
      endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-01-05T12:05:00Z',
      generatorURL: 'http://prometheus.test/graph',
      fingerprint: '0123456789abcdef',
    });
    const post = (...alerts: readonly object[]) =>
      fetch(`${service.httpUrl}/statbar/v1/webhooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          version: '4',
          groupKey: '{}:{}',
          receiver: 'statbar',
          truncatedAlerts: 0,
          alerts,
        }),
      });
    const counts = async () => {
      const response = await fetch(`${service.httpUrl}/statbar/v1/alerts?state=all`);
      const { data } = (await response.json()) as {
        data: { groups: { state: string; receiver: string; counts: { firing: number } }[] };
      };
      return data.groups.map(({ state, receiver, counts }) => `${receiver} ${state} ${counts.firing}`);
    };
    try {
      expect((await post(member('a', 'firing'), member('b', 'firing'))).status).toBe(200);
      await eventually(async () => ((await counts())[0] === 'web firing 2' ? true : undefined), {
        what: 'both',
      });
      expect((await post(member('a', 'resolved'), member('b', 'firing'))).status).toBe(200);
      expect(await counts()).toEqual(['web firing 1']);
      expect((await post(member('b', 'resolved'))).status).toBe(200);
      expect(await counts()).toEqual(['web resolved 0']);
      expect((await post({ labels: {} })).status).toBe(400);
    } finally {
      await service.stop();
    }
  });

  test('what Grafana posts becomes alerts, and ends when it says so', async () => {
    const service = await startService({ config });
    const post = (status: 'firing' | 'resolved') =>
      fetch(`${service.httpUrl}/statbar/v1/webhooks/grafana`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          receiver: 'statbar',
          status,
          alerts: [
            {
              status,
              labels: { alertname: 'Panel', team: 'web' },
              annotations: { summary: 'from Grafana' },
              startsAt: '2026-01-05T12:00:00Z',
              endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-01-05T12:05:00Z',
              generatorURL: 'http://grafana.test/alerting/1',
              dashboardURL: 'http://grafana.test/d/1',
              values: { B: 12.5 },
            },
          ],
        }),
      });
    const groups = async (state: string) => {
      const response = await fetch(`${service.httpUrl}/statbar/v1/alerts?state=${state}`);
      return ((await response.json()) as { data: { groups: unknown[] } }).data.groups;
    };
    try {
      expect((await post('firing')).status).toBe(200);
      expect(await groups('active')).toMatchObject([
        {
          state: 'firing',
          summary: 'from Grafana',
          members: [{ value: 12.5 }],
          links: [{ title: 'Dashboard' }, {}],
        },
      ]);
      await post('resolved');
      expect(await groups('active')).toEqual([]);
      expect(await groups('resolved')).toMatchObject([{ state: 'resolved' }]);
    } finally {
      await service.stop();
    }
  });
});
