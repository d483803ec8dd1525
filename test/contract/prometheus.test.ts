import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { debianProgram } from '../support/debian.ts';
import { need } from '../support/need.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { queryVector, type VectorSample } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

const program = await need('remote write of a Prometheus server', debianProgram('prometheus', 'prometheus'));

describe.skipIf(program === undefined)('a Prometheus server that scrapes StatBar and writes to it', () => {
  let service: Service;
  let prometheus: Prometheus;

  beforeAll(async () => {
    service = await startService();
    const address = service.httpUrl.replace('http://', '');
    prometheus = await startPrometheus(
      program!,
      `global: { scrape_interval: 500ms, external_labels: { origin: contract } }
scrape_configs:
  - job_name: statbar
    static_configs: [{ targets: ['${address}'] }]
remote_write:
  - url: http://${address}/api/v1/write
    queue_config: { batch_send_deadline: 200ms }
    metadata_config: { send_interval: 500ms }
`,
    );
  });

  afterAll(async () => {
    await prometheus?.stop();
    await service?.stop();
  });

  test('scrapes /metrics without complaint', async () => {
    const up = await eventually(
      async () => {
        const vector = await queryVector(prometheus.url, 'up{job="statbar"}');
        return vector.length > 0 ? vector : undefined;
      },
      { what: 'a first scrape' },
    );
    expect(up.map(({ value }) => value?.[1])).toEqual(['1']);
  });

  test('has every one of its samples stored here, bit for bit', async () => {
    const expression = '{job="statbar"}';
    const atMs = await eventually(
      async () => {
        const [last] = await queryVector(
          service.httpUrl,
          'max(timestamp(up{job="statbar",origin="contract"}))',
        );
        return last?.value === undefined ? undefined : Number(last.value[1]) * 1000;
      },
      { what: 'samples written to StatBar' },
    );
    const expected = sorted(await queryVector(prometheus.url, expression, atMs));
    expect(expected.length).toBeGreaterThan(20);
    // External labels are added on the way out.
    const wanted = expected.map(({ metric, value }) => ({
      metric: { ...metric, origin: 'contract' },
      value,
    }));
    // One scrape may come in several requests: the last of them is awaited, not guessed at.
    const stored = await eventually(
      async () => {
        const vector = await queryVector(
          service.httpUrl,
          `${expression.slice(0, -1)},origin="contract"}`,
          atMs,
        );
        return vector.length >= wanted.length ? vector : undefined;
      },
      { what: 'the whole scrape' },
    );
    expect(sorted(stored)).toEqual(sorted(wanted));
  });

  test('computes the same rates and sums as StatBar on the same samples', async () => {
    const [last] = await queryVector(service.httpUrl, 'max(timestamp(up{origin="contract"}))');
    const atMs = Number(last.value?.[1]) * 1000;
    for (const expression of [
      'count(up{job="statbar"})',
      'sum(scrape_samples_scraped{job="statbar"})',
      'max_over_time(scrape_samples_scraped{job="statbar"}[3s])',
    ]) {
      const here = (await queryVector(service.httpUrl, expression, atMs)).map(({ value }) => value);
      const there = (await queryVector(prometheus.url, expression, atMs)).map(({ value }) => value);
      expect(here, expression).toEqual(there);
    }
  });

  test('tells what the metrics mean', async () => {
    const metadata = await eventually(
      async () => {
        const response = await fetch(`${service.httpUrl}/api/v1/metadata`);
        const { data } = (await response.json()) as { data: Record<string, { type: string }[]> };
        return Object.keys(data).some((name) => name.startsWith('statbar_')) ? data : undefined;
      },
      { what: 'metadata' },
    );
    const [name] = Object.keys(metadata).filter(
      (each) => each.startsWith('statbar_') && each.endsWith('_total'),
    );
    expect(metadata[name][0].type).toBe('counter');
  });
});

function sorted(vector: readonly VectorSample[]): VectorSample[] {
  const key = ({ metric }: VectorSample): string => JSON.stringify(Object.entries(metric).sort());
  return [...vector].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
