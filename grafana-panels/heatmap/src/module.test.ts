import { type DataFrame, FieldType, getPanelDataSummary, type PanelModel, toDataFrame } from '@grafana/data';
import { describe, expect, test, vi } from 'vitest';
import { changePanel, migrateOptions } from './migrate.ts';
import { defaultOptions, type HeatmapOptions, optionsVersion } from './options.ts';
import { suggest } from './suggest.ts';

// Grafana's own module needs a browser: of it only the viewer's language is read.
vi.mock('@grafana/runtime', () => ({ config: {} }));

const panel = (options?: Partial<HeatmapOptions>) => ({ options }) as PanelModel<Partial<HeatmapOptions>>;

describe('options that were saved before', () => {
  test('what an older version does not know has its default, what it knows stays', () => {
    const old: Partial<HeatmapOptions> = { scheme: 'magma', cellGapPx: 3 };
    expect(migrateOptions(panel(old))).toEqual({ ...defaultOptions, ...old, version: optionsVersion });
    expect(migrateOptions(panel())).toEqual(defaultOptions);
  });

  test("Grafana's own heatmap hands over scale, colours, limits, legend and tooltip", () => {
    const previous = {
      options: {
        calculate: true,
        calculation: { yBuckets: { scale: { type: 'log', log: 2 } } },
        cellGap: 2,
        color: { scheme: 'Viridis', min: 1, max: 9 },
        filterValues: { le: 1e-9, ge: 50 },
        legend: { show: false },
        tooltip: { mode: 'none', yHistogram: true },
        yAxis: { reverse: true, unit: 's' },
      },
    };
    expect(changePanel(panel(), 'heatmap', previous)).toEqual({
      rows: 'histogram',
      yScale: 'log2',
      cellGapPx: 2,
      scheme: 'viridis',
      colourMin: 1,
      colourMax: 9,
      hideFrom: 50,
      showLegend: false,
      showTooltip: false,
      showColumnHistogram: true,
      yReverse: true,
      yUnit: 's',
    });
  });

  test('an hourly heatmap becomes a calendar, states become rows with the colours of thresholds', () => {
    const hourly = { options: { calculation: 'max', showLegend: false } };
    expect(changePanel(panel(), 'marcusolsson-hourly-heatmap-panel', hourly)).toEqual({
      layout: 'calendar',
      hourValue: 'max',
      showLegend: false,
    });
    expect(changePanel(panel(), 'status-history', {})).toEqual({ rows: 'series', colourBy: 'thresholds' });
    expect(changePanel(panel({ groupBy: 'x' }), 'timeseries', {})).toEqual({ groupBy: 'x' });
  });
});

describe('suggestions', () => {
  const times = [1, 2, 3, 4, 5];
  const series = (labels: Record<string, string>): DataFrame =>
    toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: times },
        { name: 'Value', type: FieldType.number, values: times, labels },
      ],
    });
  const scores = (frames: DataFrame[]) =>
    suggest(getPanelDataSummary(frames))?.map(({ score, options }) => [score, options]);

  test('histograms suit best, several series well, one as a histogram of its values', () => {
    expect(scores([series({ le: '1' }), series({ le: '+Inf' })])).toEqual([[100, undefined]]);
    const five = ['a', 'b', 'c', 'd', 'e'].map((host) => series({ host }));
    expect(scores(five)?.[0]).toEqual([70, { sortRows: 'total' }]);
    expect(scores([series({})])).toEqual([[50, { rows: 'histogram' }]]);
  });

  test('what has no numbers or no times is no heatmap', () => {
    expect(scores([])).toBeUndefined();
    const names = toDataFrame({ fields: [{ name: 'n', type: FieldType.string, values: ['a'] }] });
    expect(scores([names])).toBeUndefined();
  });
});
