import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { need } from '../../support/need.ts';
import type { Service } from '../../support/service.ts';
import type { PanelsResults } from './front-end.ts';
import { grafanaPackages } from './packages.ts';
import { endMs, everyMinute, frontEnd, startMs, startShop } from './shop.ts';
import { minuteMs, spanId, traceId } from './traffic.ts';

// Grafana's own Prometheus front end, as it is on npm, against a real service. What it takes from Grafana's page is
// provided by grafana-host.ts; what Grafana's server does with its calls, by grafana-backend.ts.

const packages = await need("Grafana's Prometheus front end", grafanaPackages());

describe.skipIf(packages === undefined)("panels of Grafana's Prometheus front end", () => {
  let service: Service;
  let found: PanelsResults;

  beforeAll(async () => {
    service = await startShop();
    found = await frontEnd(packages!, service, 'panels');
  });

  afterAll(async () => {
    await service?.stop();
  });

  const timesOf = (frame: PanelsResults['range'][number]) => frame.fields[0].values;
  const valuesOf = (frame: PanelsResults['range'][number]) => frame.fields[1].values;
  const labelsOf = (frame: PanelsResults['range'][number]) => frame.fields[1].labels;

  test('show a range query', () => {
    const { range, legend, rateInterval } = found;
    expect(range.map(labelsOf)).toEqual([{ shop: 'north' }, { shop: 'south' }]);
    expect(range.map(timesOf)).toEqual([everyMinute.slice(1), everyMinute.slice(1)]);
    for (const value of valuesOf(range[0])) expect(value).toBeCloseTo(10, 9);
    for (const value of valuesOf(range[1])) expect(value).toBeCloseTo(20, 9);
    for (const value of valuesOf(rateInterval[0])) expect(value).toBeCloseTo(20, 9);
    expect(legend.map(({ fields }) => fields[1].displayName)).toEqual(['{shop="north"}', '{shop="south"}']);
  });

  test('show an instant query, as values and as a table', () => {
    const { instant, table } = found;
    expect(instant.map((frame) => [labelsOf(frame), timesOf(frame), valuesOf(frame)])).toEqual([
      [{ shop: 'north' }, [endMs], [110]],
      [{ shop: 'south' }, [endMs], [220]],
    ]);
    expect(table).toHaveLength(1);
    expect(table[0].fields.map(({ name, values }) => [name, values])).toEqual([
      ['Time', [endMs, endMs]],
      ['__name__', ['orders_total', 'orders_total']],
      ['instance', ['shop-1', 'shop-1']],
      ['job', ['shop', 'shop']],
      ['shop', ['north', 'south']],
      ['Value', [110, 220]],
    ]);
  });

  test('show both of one query', () => {
    const both = found.rangeAndInstant;
    expect(both.map(({ refId, resultType }) => [refId, resultType])).toEqual([
      ['A', 'matrix'],
      ['A-Instant', 'vector'],
    ]);
    expect(valuesOf(both[0])).toEqual(everyMinute.map((_, minute) => (minute + 1) * 30));
    expect(valuesOf(both[1])).toEqual([330]);
  });

  test('show a scalar, an infinity and what is not a number', () => {
    expect(found.scalar.map((frame) => [frame.resultType, valuesOf(frame)])).toEqual([
      ['scalar', ['Infinity']],
    ]);
    expect(found.notANumber.map(valuesOf)).toEqual([['NaN']]);
  });

  test('show metrics and labels with quoted names', () => {
    expect(found.utf8.map((frame) => [labelsOf(frame), valuesOf(frame)])).toEqual([
      [
        {
          __name__: 'disk.usage_bytes',
          größe_: 'x',
          instance: 'shop-1',
          job: 'shop',
          'mount.point': '/',
        },
        [1000],
      ],
    ]);
  });

  test('draw heatmaps of classic and of native histograms', () => {
    const { heatmap, nativeHeatmap } = found;
    expect(heatmap.map(({ type }) => type)).toEqual(['heatmap-rows']);
    const rows = heatmap[0].fields.slice(1).map(({ name, values }) => [name, [...new Set(values)]]);
    expect(rows).toEqual([
      ['0.1', [6]],
      ['0.5', [4]],
      ['+Inf', [2]],
    ]);
    expect(nativeHeatmap.map(({ type }) => type)).toEqual(['heatmap-cells']);
    expect(nativeHeatmap[0].fields.slice(1).map(({ name, values }) => [name, values])).toEqual([
      ['yMin', [1, 2]],
      ['yMax', [2, 4]],
      ['count', [44, 22]],
    ]);
  });

  test('show exemplars, with a link from the trace', () => {
    const exemplars = found.exemplars.filter(({ resultType }) => resultType === 'exemplar');
    expect(exemplars.map(({ dataTopic }) => dataTopic)).toEqual(['annotations']);
    expect(Object.fromEntries(exemplars[0].fields.map(({ name, values }) => [name, values]))).toEqual({
      Time: [startMs + 5 * minuteMs - 10_000],
      Value: [0.25],
      __name__: ['request_duration_seconds_bucket'],
      customer: ['c-7'],
      instance: ['shop-1'],
      job: ['shop'],
      le: ['0.5'],
      route: ['/cart'],
      span_id: [spanId],
      trace_id: [traceId],
    });
    const linked = exemplars[0].fields.filter(({ linkCount }) => linkCount > 0);
    expect(linked.map(({ name }) => name)).toEqual(['trace_id']);
  });

  test("put in a viewer's filters and a dashboard's variables", () => {
    expect(found.filtered.map((frame) => [labelsOf(frame), valuesOf(frame)])).toEqual([
      [{ shop: 'south' }, [220]],
    ]);
    expect(found.interpolated.map(valuesOf)).toEqual([[330]]);
  });

  test('say what a query is doubted for and why one fails', () => {
    expect(found.info[0].notices).toEqual([
      { severity: 'info', text: expect.stringContaining('metric might not be a counter') },
    ]);
    expect(found.failed).toEqual({
      state: 'Error',
      message: expect.stringMatching(/^bad_data: .*parse error/),
      frames: 0,
    });
  });

  test('ask only for what is new when they refresh, and show the same', () => {
    const { frames, wholeFrames, askedFromMs } = found.incremental;
    expect(askedFromMs).toBe(endMs - 3 * minuteMs);
    expect(frames).toEqual(wholeFrames);
    expect(frames.map(valuesOf)).toEqual([everyMinute.map((_, minute) => (minute + 1) * 30)]);
  });
});
