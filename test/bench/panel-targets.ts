import type { Target } from './target.ts';

/** Measured by `grafana-panels.bench.ts`, those of the stream by `grafana-stream.bench.ts`. */
export const panelTargets: readonly Target[] = [
  {
    what: 'heatmap, 300 k cells at 1200x600, redraw',
    key: 'grafana-panels/heatmap/redraw-300k',
    unit: 'ms',
    reach: 16,
    stretch: 8,
    better: 'lower',
  },
  {
    what: 'heatmap, 120 k cells, against a path per colour',
    key: 'grafana-panels/heatmap/against-paths',
    unit: 'x',
    reach: 20,
    stretch: 80,
    better: 'higher',
  },
  {
    what: 'heatmap, pointer move to tooltip',
    key: 'grafana-panels/heatmap/pointer',
    unit: 'ms',
    reach: 4,
    stretch: 2,
    better: 'lower',
  },
  {
    what: 'leaderboard, 10 k rows: sort and paint a screen',
    key: 'grafana-panels/leaderboard/sort-10k',
    unit: 'ms',
    reach: 50,
    stretch: 16,
    better: 'lower',
  },
  {
    what: 'live stream of 1 k series at 1 Hz for 10 min: longest frame',
    key: 'grafana-stream/longest-frame',
    unit: 'ms',
    reach: 50,
    stretch: 33,
    better: 'lower',
  },
  {
    what: 'live stream: JS heap at the end against the one when the window was full',
    key: 'grafana-stream/heap-growth',
    unit: 'x',
    reach: 1.1,
    stretch: 1.05,
    better: 'lower',
  },
];
