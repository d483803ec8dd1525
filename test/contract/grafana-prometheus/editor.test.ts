import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { need } from '../../support/need.ts';
import type { Service } from '../../support/service.ts';
import type { EditorResults } from './front-end.ts';
import { grafanaPackages } from './packages.ts';
import { endMs, frontEnd, startShop } from './shop.ts';
import { rooms } from './traffic.ts';

// Grafana's own Prometheus front end, as it is on npm, against a real service. What it takes from Grafana's page is
// provided by grafana-host.ts; what Grafana's server does with its calls, by grafana-backend.ts.

const packages = await need("Grafana's Prometheus front end", grafanaPackages());

describe.skipIf(packages === undefined)("Grafana's Prometheus front end", () => {
  let service: Service;
  let found: EditorResults;

  beforeAll(async () => {
    service = await startShop();
    found = await frontEnd(packages!, service, 'editor');
  });

  afterAll(async () => {
    await service?.stop();
  });

  const metrics = [
    'disk.usage_bytes',
    'orders_total',
    'queue_wait_seconds',
    'request_duration_seconds_bucket',
    'request_duration_seconds_count',
    'request_duration_seconds_sum',
    'room_temperature_celsius',
  ];
  const labelKeys = [
    '__name__',
    'größe_',
    'instance',
    'job',
    'le',
    'mount.point',
    'queue',
    'room',
    'route',
    'shop',
  ];

  describe('its language provider', () => {
    test('starts with metric names, label names and metadata, each asked for once', () => {
      const { language } = found;
      expect(
        language.startCalls.map(({ method, path, status }) => `${method} ${path} ${status}`).sort(),
      ).toEqual([
        'GET api/v1/label/__name__/values 200',
        'GET api/v1/metadata 200',
        'POST api/v1/labels 200',
      ]);
      expect(language.metrics).toEqual(metrics);
      expect(language.histogramMetrics).toEqual(['request_duration_seconds_bucket']);
      expect(language.labelKeys).toEqual(labelKeys);
    });

    test('knows type, help and unit of every metric', () => {
      expect(found.language.metadata).toMatchObject({
        orders_total: { type: 'counter', help: 'Orders taken.', unit: '' },
        room_temperature_celsius: { type: 'gauge', help: 'Temperature of the air.', unit: 'celsius' },
        request_duration_seconds: { type: 'histogram', help: 'Time until the answer.', unit: 'seconds' },
        request_duration_seconds_bucket: { type: 'counter' },
        queue_wait_seconds: { type: 'histogram', help: 'Time in the queue.', unit: 'seconds' },
        'disk.usage_bytes': { type: 'gauge', help: 'Space in use.', unit: 'bytes' },
      });
    });

    test('asks with GET alone where the data source is set so', () => {
      expect(found.language.byGet).toEqual({ metrics, labelKeys });
    });

    test('finds label names and values by matcher', () => {
      const { language } = found;
      expect(language.labelKeysOfOrders).toEqual(['__name__', 'instance', 'job', 'shop']);
      expect(language.labelKeysOfNothing).toEqual([]);
      expect(language.shops).toEqual(['north', 'south']);
      expect(language.southernShops).toEqual(['south']);
    });

    test('finds values of labels whose names it has to escape', () => {
      expect(found.language.mountPoints).toEqual(['/', '/srv "fast"']);
      expect(found.language.valuesOfQuotedLabel).toEqual(['x']);
    });

    test('gets as many values as it asks for', () => {
      expect(found.language.fewCalls.map(({ parameters }) => parameters['limit'])).toEqual(['2']);
      expect(found.language.fewMetrics).toEqual(metrics.slice(0, 2));
    });

    test('lists series, and as many as it asks for', () => {
      const orders = { __name__: 'orders_total', instance: 'shop-1', job: 'shop' };
      expect(found.language.series).toEqual([
        { ...orders, shop: 'north' },
        { ...orders, shop: 'south' },
      ]);
      expect(found.language.oneSeries).toHaveLength(1);
      expect(found.language.oneSeries[0]).toMatchObject({ __name__: 'room_temperature_celsius' });
    });

    test('finds the same by the series endpoint alone', () => {
      expect(found.language.bySeriesEndpoint).toEqual({
        metrics,
        shops: ['north', 'south'],
        mountPoints: ['/', '/srv "fast"'],
        labelKeys: ['größe_', 'instance', 'job', 'mount.point'],
      });
    });

    test('notices that there is no search API and goes on without it', () => {
      expect(found.language.bySearch).toEqual({ statuses: [404], metrics, isStillTried: false });
    });
  });

  describe('its editor completes', () => {
    const labels = (completions: ReadonlyArray<{ label: string }>) => completions.map(({ label }) => label);

    test('metric names, with their types and what they mean', () => {
      expect(
        found.completions.emptyEditor.filter(({ type }) => type === 'METRIC_NAME').map((each) => each.label),
      ).toEqual(metrics);
      expect(found.completions.typedName).toEqual([
        {
          type: 'METRIC_NAME',
          label: 'orders_total',
          insertText: 'orders_total',
          detail: 'orders_total : counter',
          documentation: 'Orders taken.',
        },
      ]);
      expect(found.completions.typedPartOfName).toMatchObject([
        { label: 'disk.usage_bytes', insertText: '{"disk.usage_bytes"${1:}}' },
      ]);
    });

    test('label names of the metric, without those that are there already', () => {
      expect(labels(found.completions.labelName)).toEqual(['instance', 'job', 'shop']);
      expect(labels(found.completions.secondLabelName)).toEqual(['instance', 'job']);
      expect(labels(found.completions.grouping)).toEqual(['instance', 'job', 'shop']);
    });

    test('label values, in quotes or between them', () => {
      expect(found.completions.labelValue.map(({ insertText }) => insertText)).toEqual([
        '"north"',
        '"south"',
      ]);
      expect(found.completions.labelValueInQuotes.map(({ insertText }) => insertText)).toEqual([
        'north',
        'south',
      ]);
    });
  });

  describe('its builder', () => {
    const types = (hints: ReadonlyArray<{ type: string }>) => hints.map(({ type }) => type);

    test('knows a counter, and proposes nothing for its rate or for a gauge', () => {
      expect(found.hints.counter).toMatchObject([
        { type: 'APPLY_RATE', label: 'Selected metric is a counter.' },
      ]);
      expect(found.hints.rated).toEqual([]);
      expect(found.hints.gauge).toEqual([]);
    });

    test(`proposes a sum for ${rooms} series`, () => {
      expect(types(found.hints.manySeries)).toEqual(['ADD_SUM']);
    });

    test('tells classic histograms from native ones', () => {
      expect(types(found.hints.classicHistogram)).toEqual(['HISTOGRAM_QUANTILE', 'APPLY_RATE']);
      expect(found.hints.classicHistogram[0].label).toBe('Selected metric has buckets.');
      expect(types(found.hints.nativeHistogram)).toEqual([
        'HISTOGRAM_QUANTILE',
        'HISTOGRAM_AVG',
        'HISTOGRAM_COUNT',
      ]);
      expect(found.hints.nativeHistogram[0].label).toBe('Selected metric is a native histogram.');
    });

    test('makes of its proposals queries that StatBar answers', () => {
      const { counterApplied, classicApplied, nativeApplied } = found.hints;
      expect(counterApplied.expr).toBe('rate(orders_total[$__rate_interval])');
      const values = counterApplied.last.map(({ labels, value }) => [labels?.['shop'], Number(value) * 60]);
      expect(values.map(([shop]) => shop)).toEqual(['north', 'south']);
      expect(values[0][1]).toBeCloseTo(10, 9);
      expect(values[1][1]).toBeCloseTo(20, 9);
      expect(classicApplied.expr).toContain('histogram_quantile(0.95,');
      expect(classicApplied.last).toEqual([{ labels: {}, value: 0.5 }]);
      expect(nativeApplied.expr).toContain('histogram_avg(');
      expect(nativeApplied.last.map(({ value }) => value)).toEqual([2]);
    });
  });

  describe('its dashboard variables', () => {
    test('are label names and values, metric names, results and series', () => {
      const { variables } = found;
      expect(variables.labelNames).toEqual(labelKeys);
      expect(variables.labelValues).toEqual(['north', 'south']);
      expect(variables.labelValuesOfMetric).toEqual(['south']);
      expect(variables.utf8LabelValues).toEqual(['/', '/srv "fast"']);
      expect(variables.metrics).toEqual(['orders_total']);
      expect(variables.queryResult).toEqual([`{} 330 ${endMs}`]);
      expect(variables.scalarResult).toEqual(['330']);
      expect(variables.series).toEqual(
        ['north', 'south'].map((shop) => `orders_total{instance="shop-1",job="shop",shop="${shop}"}`),
      );
    });

    test("and a viewer's filters get names and values within the filters before", () => {
      expect(found.variables.filterKeys).toEqual(['__name__', 'instance', 'job']);
      expect(found.variables.filterValues).toEqual(['shop-1']);
    });
  });
});
